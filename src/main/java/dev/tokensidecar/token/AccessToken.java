package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An access token (RFC 6749 section 1.4) with its validity and its generation. */
public final class AccessToken {

    /** The type of a token that works only with a proof for each request (RFC 9449 section 5). */
    public static final String DPOP = "DPoP";

    private final Secret value;
    private final TokenHash hash;
    private final String tokenType;
    private final @Nullable String scope;
    private final TokenFields fields;
    private final long generation;
    private final Validity validity;
    private final RefreshReason obtainedFor;
    private final @Nullable ProofKey proofKey;

    AccessToken(TokenResponse response, long generation, Validity validity, RefreshReason obtainedFor) {
        this.value = response.accessToken();
        this.hash = TokenHash.of(value);
        this.tokenType = response.tokenType();
        this.scope = response.scope();
        this.fields = response.fields();
        this.generation = generation;
        this.validity = validity;
        this.obtainedFor = obtainedFor;
        this.proofKey = DPOP.equals(tokenType) ? response.provenWith() : null;
    }

    /**
     * Makes a token that nobody refreshes.
     *
     * @param longest how long it may be served, whatever the response says; null for no such limit
     * @param sentAt when the request was sent
     */
    public static AccessToken of(
            TokenResponse response,
            @Nullable Duration longest,
            RefreshPolicy policy,
            Moment sentAt,
            RandomGenerator random) {
        Duration granted = response.lifetime() == null ? policy.defaultLifetime() : response.lifetime();
        Duration lifetime = longest != null && longest.compareTo(granted) < 0 ? longest : granted;
        Duration positive = lifetime.isPositive() ? lifetime : Duration.ofNanos(1);
        return new AccessToken(response, 1, policy.validity(positive, null, sentAt, random), RefreshReason.STARTUP);
    }

    public Secret value() {
        return value;
    }

    /** Whether this is the token with that hash. */
    public boolean matches(@Nullable TokenHash reported) {
        return reported != null && hash.equals(reported);
    }

    public String tokenType() {
        return tokenType;
    }

    /** The key that the token is bound to (RFC 9449 section 6); null for a bearer token, which works without a proof. */
    public @Nullable ProofKey proofKey() {
        return proofKey;
    }

    /** The granted scope; null if the authorization server did not name it. */
    public @Nullable String scope() {
        return scope;
    }

    /** The further fields of the response with this token. */
    public TokenFields fields() {
        return fields;
    }

    /** Grows by one with each new token, from 1. */
    public long generation() {
        return generation;
    }

    /** Returns the remaining lifetime; zero after expiry. */
    public Duration remaining(Moment now) {
        return Duration.ofNanos(Math.max(0, validity.remainingNanos(now)));
    }

    /** Returns the remaining lifetime in whole seconds. Allocates nothing, for frequent callers. */
    public long remainingSeconds(TimeSource time) {
        long nanos = validity.remainingNanos(time.nanos(), time.epochMillis());
        return TimeUnit.NANOSECONDS.toSeconds(Math.max(0, nanos));
    }

    /** Returns how long the token is still served; negative if it is not served any more. */
    public Duration usableFor(Moment now) {
        return Duration.ofNanos(validity.remainingNanos(now) - validity.minUsableNanos());
    }

    /** Returns the expiry on the wall clock. */
    public Instant expiresAt(Moment now) {
        return validity.expiresAt(now);
    }

    Validity validity() {
        return validity;
    }

    RefreshReason obtainedFor() {
        return obtainedFor;
    }

    @Override
    public String toString() {
        return "AccessToken[generation=" + generation + "]";
    }
}
