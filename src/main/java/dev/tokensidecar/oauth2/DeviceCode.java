package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import dev.tokensidecar.token.Secret;
import java.time.Duration;
import java.time.Instant;

/**
 * What a person is asked to approve (RFC 8628 section 3.2).
 *
 * @param value what buys tokens once that person has
 * @param prompt what to tell that person
 * @param interval the least time between two questions whether it has been done
 */
record DeviceCode(Secret value, LoginPrompt prompt, Duration interval) {

    /** RFC 8628 section 3.5. */
    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    boolean isOver(Instant now) {
        return !now.isBefore(prompt.expiresAt());
    }

    DeviceCode slower() {
        return new DeviceCode(value, prompt, interval.plus(SLOW_DOWN));
    }

    AuthorizationPending pending() {
        return new AuthorizationPending(prompt, interval);
    }
}
