package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token in the record of a session, for the other processes of the fleet.
 *
 * @param sequence grows by one with each access token of this name, so that nobody adopts an older one
 * @param sentAt when the token request was sent, by the clock of the store
 * @param lifetime how long the token is valid from then on
 * @param fields the further fields of the response with this token
 * @param obtainedFor why it was requested: the storm gate of all processes counts from a rejected token
 * @param key the key that it is bound to; null for a bearer token
 */
public record SharedToken(
        long sequence,
        Secret value,
        String tokenType,
        @Nullable String scope,
        Instant sentAt,
        Duration lifetime,
        TokenFields fields,
        RefreshReason obtainedFor,
        @Nullable BoundKey key) {

    /** Returns this token as the one after its sequence. */
    SharedToken next() {
        return new SharedToken(sequence + 1, value, tokenType, scope, sentAt, lifetime, fields, obtainedFor, key);
    }
}
