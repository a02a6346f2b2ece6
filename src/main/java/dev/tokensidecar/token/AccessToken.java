package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An access token with its place in time and in the line of tokens (RFC 6749 section 1.4). */
public final class AccessToken {

    private final Secret value;
    private final TokenHash hash;
    private final String tokenType;
    private final @Nullable String scope;
    private final long generation;
    private final Validity validity;
    private final RefreshReason obtainedFor;

    AccessToken(TokenResponse granted, long generation, Validity validity, RefreshReason obtainedFor) {
        this.value = granted.accessToken();
        this.hash = TokenHash.of(value);
        this.tokenType = granted.tokenType();
        this.scope = granted.scope();
        this.generation = generation;
        this.validity = validity;
        this.obtainedFor = obtainedFor;
    }

    public Secret value() {
        return value;
    }

    /** Whether a caller that names this hash means this token. */
    boolean matches(@Nullable TokenHash reported) {
        return reported != null && hash.equals(reported);
    }

    public String tokenType() {
        return tokenType;
    }

    /** The granted scope; null if the authorization server did not name it. */
    public @Nullable String scope() {
        return scope;
    }

    /** Grows by one with each new token, from 1. */
    public long generation() {
        return generation;
    }

    /** Life that is really left; zero when it is over. */
    public Duration remaining(Moment now) {
        return Duration.ofNanos(Math.max(0, validity.remainingNanos(now)));
    }

    /** The same in whole seconds, for whoever asks often: allocates nothing. */
    public long remainingSeconds(TimeSource time) {
        long nanos = validity.remainingNanos(time.nanos(), time.epochMillis());
        return TimeUnit.NANOSECONDS.toSeconds(Math.max(0, nanos));
    }

    /** How long it is still handed out; negative if it is not any more. */
    public Duration usableFor(Moment now) {
        return Duration.ofNanos(validity.remainingNanos(now) - validity.minUsableNanos());
    }

    /** When the life ends, on the wall clock. */
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
