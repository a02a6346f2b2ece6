package dev.tokensidecar.config;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything an operator has set; {@code docs/configuration.md} tells the keys, units and defaults.
 *
 * @param tokens every token by its name
 * @param forwards every way to an API by its name
 * @param guard who is let in
 * @param shutdown what happens at SIGTERM
 */
public record SidecarSettings(
        Map<String, TokenSettings> tokens,
        Map<String, ForwardSettings> forwards,
        GuardSettings guard,
        ShutdownSettings shutdown) {

    /** The name of the token behind {@code /token}. */
    public static final String DEFAULT_TOKEN = "default";

    public SidecarSettings {
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        forwards = Collections.unmodifiableMap(new LinkedHashMap<>(forwards));
    }

    /**
     * Who is let in; group {@code sidecar.guard}.
     *
     * @param requiredHeader what every request has to carry; null for nothing
     * @param callerSecretFile file with the secret that every caller has to know, read at each use; null for none
     * @param socket where the HTTP interface is offered as a Unix domain socket too; null for nowhere
     * @param socketMode who may connect to it
     * @param socketOwner {@code user:group} that it is given to; null for those of the process
     */
    public record GuardSettings(
            @Nullable Header requiredHeader,
            @Nullable Path callerSecretFile,
            @Nullable Path socket,
            Set<PosixFilePermission> socketMode,
            @Nullable String socketOwner) {

        public GuardSettings {
            socketMode = Set.copyOf(socketMode);
        }
    }

    /** A header field (RFC 9110 section 5). */
    public record Header(String name, String value) {}

    /**
     * What happens at SIGTERM; group {@code sidecar.shutdown}.
     *
     * @param preStopDelay how long everything goes on as before
     * @param gracePeriod how long a refresh under way may take after that
     */
    public record ShutdownSettings(Duration preStopDelay, Duration gracePeriod) {}
}
