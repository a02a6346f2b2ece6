package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenFields;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the further fields of a token response that an operator wants to have.
 *
 * @param names their names
 */
record KeptFields(List<String> names) {

    /** Returns the fields that the response has. A JWT that has expired counts as not sent. */
    TokenFields of(ResponseFields response, Instant serverTime) {
        if (names.isEmpty()) {
            return TokenFields.NONE;
        }
        Map<String, Secret> kept = new HashMap<>();
        for (String name : names) {
            String value = response.value(name).anyText();
            if (value != null && !hasExpired(JwtLifetime.of(value, serverTime))) {
                kept.put(name, Secret.of(value));
            }
        }
        return new TokenFields(kept);
    }

    private static boolean hasExpired(@Nullable Duration left) {
        return left != null && !left.isPositive();
    }

    /**
     * Returns the lifetime of an access token and of its fields: an ID token that expires first ends all of them, so that the
     * sidecar serves no expired one, and gets a new one in time.
     *
     * @param lifetime the lifetime of the access token; null if unknown, and then it stays unknown
     */
    static @Nullable Duration shortened(@Nullable Duration lifetime, TokenFields fields, Instant serverTime) {
        Duration shortest = lifetime;
        for (Secret value : fields.values().values()) {
            Duration left = JwtLifetime.of(value.reveal(), serverTime);
            if (shortest != null && left != null && left.compareTo(shortest) < 0) {
                shortest = left;
            }
        }
        return shortest;
    }
}
