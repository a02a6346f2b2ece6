package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import dev.tokensidecar.token.Secret;
import java.time.Duration;
import java.time.Instant;

/**
 * A device code that waits for the user's approval (RFC 8628 section 3.2).
 *
 * @param value the code that the client exchanges for tokens once the user has approved
 * @param prompt what to show the user
 * @param interval the minimum time between two polls
 */
record DeviceCode(Secret value, LoginPrompt prompt, Duration interval) {

    /** What each {@code slow_down} adds to the interval (RFC 8628 section 3.5). */
    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    boolean hasExpired(Instant now) {
        return !now.isBefore(prompt.expiresAt());
    }

    DeviceCode withSlowDown() {
        return new DeviceCode(value, prompt, interval.plus(SLOW_DOWN));
    }

    AuthorizationPending pending() {
        return new AuthorizationPending(prompt, interval);
    }
}
