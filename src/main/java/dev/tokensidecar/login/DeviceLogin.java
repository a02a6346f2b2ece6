package dev.tokensidecar.login;

import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A login on another device (RFC 8628). */
public final class DeviceLogin {

    /** RFC 8628 section 3.5: no poll sooner than this after one that failed. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** Lets time pass. */
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final AuthorizationServer server;
    private final TimeSource time;
    private final Sleeper pause;
    private final Consumer<LoginPrompt> people;

    /**
     * @param server requests a device code first, and polls then
     * @param people shows page and code to the person who logs in; again if another code replaces an expired one
     */
    public DeviceLogin(AuthorizationServer server, TimeSource time, Sleeper pause, Consumer<LoginPrompt> people) {
        this.server = server;
        this.time = time;
        this.pause = pause;
        this.people = people;
    }

    /**
     * Waits until the person has logged in.
     *
     * @param timeout how long the person may take
     * @throws RefreshFailure if the person declines, or the server does not accept the client
     * @throws LoginFailure if nobody logs in in time
     */
    public SuccessfulResponse run(Duration timeout) throws InterruptedException {
        long start = time.nanos();
        LoginPrompt shown = null;
        while (true) {
            Duration wait;
            try {
                return server.requestInitialGrant().await().indefinitely();
            } catch (AuthorizationPending pending) {
                shown = show(pending.prompt(), shown);
                wait = pending.interval();
            } catch (Unavailable failure) {
                if (shown == null) {
                    throw failure;
                }
                wait = AFTER_FAILURE;
            }
            if (time.nanos() - start + wait.toNanos() > timeout.toNanos()) {
                throw LoginFailure.timeout(timeout);
            }
            pause.sleep(wait);
        }
    }

    private LoginPrompt show(LoginPrompt prompt, @Nullable LoginPrompt shown) {
        if (!prompt.equals(shown)) {
            people.accept(prompt);
        }
        return prompt;
    }
}
