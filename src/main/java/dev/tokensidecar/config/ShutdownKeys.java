package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.DURATION;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;

import dev.tokensidecar.config.SidecarSettings.ShutdownSettings;
import java.time.Duration;

/** Declares and reads the group {@code sidecar.shutdown}. */
final class ShutdownKeys {

    static final String PREFIX = "sidecar.shutdown.";

    /**
     * How long the sidecar continues as before after SIGTERM, refreshes included. A second SIGTERM ends the delay.
     *
     * <p>Source: own choice
     *
     * <p>Change it if sidecar and application get SIGTERM at the same time, that is, if the sidecar is an ordinary
     * container: to the time that the application needs to finish. A native sidecar gets SIGTERM after the application
     * has ended.
     */
    static final DefaultedKey<Duration> PRE_STOP_DELAY =
            key("pre-stop-delay", DURATION).defaultsTo("0s");

    /**
     * How long a refresh in flight may take after that to finish and be saved, because its response may contain the
     * only valid refresh token. Callers that still wait when this time ends get {@code temporarily_unavailable}.
     *
     * <p>Source: own choice: less than the 30 s of {@code terminationGracePeriodSeconds}
     *
     * <p>Change it with {@code terminationGracePeriodSeconds}, which has to be longer than both keys and 5 s together.
     */
    static final DefaultedKey<Duration> GRACE_PERIOD =
            key("grace-period", POSITIVE_DURATION).defaultsTo("25s");

    private ShutdownKeys() {}

    static ShutdownSettings read(KeyReader keys) {
        return new ShutdownSettings(keys.read(PRE_STOP_DELAY), keys.read(GRACE_PERIOD));
    }
}
