package dev.tokensidecar.token;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One configured token in the record of a fleet: what this process tells the others, and what it adopts from them. Does
 * nothing if the store shares no access tokens.
 */
final class SharedTokens {

    private final String name;
    private final @Nullable StoreClock clock;
    private final RefreshPolicy policy;
    private final RandomGenerator random;
    private final Function<BoundKey, @Nullable ProofKey> proofKeys;
    private volatile long sequence;

    /**
     * @param clock null if the store shares no access tokens
     * @param proofKeys restores the keys of tokens; null for a key whose possession this process cannot prove
     */
    SharedTokens(
            String name,
            @Nullable StoreClock clock,
            RefreshPolicy policy,
            RandomGenerator random,
            Function<BoundKey, @Nullable ProofKey> proofKeys) {
        this.name = name;
        this.clock = clock;
        this.policy = policy;
        this.random = random;
        this.proofKeys = proofKeys;
    }

    String name() {
        return name;
    }

    /** Returns the entry for a new access token; null if the store shares none. */
    @Nullable SharedToken entry(AccessToken token, SessionRecord record) {
        if (clock == null) {
            return null;
        }
        SharedToken before = record.shared().tokens().get(name);
        Validity validity = token.validity();
        ProofKey key = token.proofKey();
        return new SharedToken(
                before == null ? 1 : before.sequence() + 1,
                token.value(),
                token.tokenType(),
                token.scope(),
                clock.earliest(validity.from()),
                Duration.ofNanos(validity.lifetimeNanos()),
                token.fields(),
                token.obtainedFor(),
                key == null ? null : key.bound());
    }

    /** Whether the record has this access token. */
    boolean isIn(SessionRecord record, AccessToken token) {
        SharedToken entry = record.shared().tokens().get(name);
        return entry != null && entry.value().equals(token.value());
    }

    /** Remembers that this process has the token of the record, because it has written or adopted it. */
    void has(SessionRecord record) {
        SharedToken entry = record.shared().tokens().get(name);
        sequence = entry == null ? sequence : entry.sequence();
    }

    /**
     * Returns the access token of the record if it is usable and newer than the one of this process; null otherwise. Of no use
     * is one that is bound to a key which this process does not have.
     */
    @Nullable AccessToken newer(SessionRecord record, TokenSnapshot snapshot, Moment now) {
        SharedToken entry = record.shared().tokens().get(name);
        if (clock == null || entry == null || entry.sequence() <= sequence || isCurrent(entry, snapshot)) {
            return null;
        }
        ProofKey key = entry.key() == null ? null : proofKeys.apply(entry.key());
        if (key == null && AccessToken.DPOP.equals(entry.tokenType())) {
            return null;
        }
        long age = nanosBetween(entry, clock, now);
        Moment from = new Moment(now.nanos() - age, now.epochMillis() - age / 1_000_000);
        TokenResponse response = new TokenResponse(
                entry.value(),
                entry.tokenType(),
                entry.scope(),
                entry.lifetime(),
                null,
                null,
                null,
                entry.fields(),
                key);
        AccessToken token = new AccessToken(
                response,
                snapshot.generation() + 1,
                policy.adopted(entry.lifetime(), from, random),
                entry.obtainedFor());
        return token.validity().freshness(now).usable() ? token : null;
    }

    private static boolean isCurrent(SharedToken entry, TokenSnapshot snapshot) {
        return snapshot.token() != null && snapshot.token().value().equals(entry.value());
    }

    private static long nanosBetween(SharedToken entry, StoreClock clock, Moment now) {
        Duration age = Duration.between(entry.sentAt(), clock.latest(now));
        Duration longest = RefreshPolicy.LONGEST_LIFETIME;
        return age.isNegative() ? 0 : (age.compareTo(longest) > 0 ? longest : age).toNanos();
    }

    /**
     * Returns the entry for a back-off of all processes.
     *
     * @return null if the store shares none, or if the failure concerns this process only
     */
    @Nullable SharedPause entry(RefreshFailure failure, Duration pause, int failures, Moment now) {
        SharedPause.Kind kind = kind(failure);
        return clock == null || kind == null || pause.isZero()
                ? null
                : new SharedPause(
                        kind,
                        failure.error(),
                        failure.detail(),
                        clock.earliest(now),
                        // no longer by the clock than by the timer of this process, which tries again first
                        pause.truncatedTo(ChronoUnit.MILLIS),
                        failures);
    }

    /** A wrong client secret, or a person who has not logged in yet, may be the matter of one process. */
    private static SharedPause.@Nullable Kind kind(RefreshFailure failure) {
        return switch (failure) {
            case RefreshFailure.Unavailable it ->
                it.throttled() ? SharedPause.Kind.THROTTLED : SharedPause.Kind.UNAVAILABLE;
            case RefreshFailure.InvalidResponse it -> SharedPause.Kind.UNAVAILABLE;
            case RefreshFailure.InvalidGrant it -> SharedPause.Kind.INVALID_GRANT;
            case RefreshFailure.Misconfigured it -> null;
            case RefreshFailure.AuthorizationPending it -> null;
        };
    }

    /** Returns what is left of the back-off of all processes; zero if there is none. */
    Duration left(@Nullable SharedPause pause, Moment now) {
        if (clock == null || pause == null) {
            return Duration.ZERO;
        }
        Duration passed = Duration.between(pause.since(), clock.latest(now));
        Duration left = passed.isNegative() ? pause.pause() : pause.pause().minus(passed);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
