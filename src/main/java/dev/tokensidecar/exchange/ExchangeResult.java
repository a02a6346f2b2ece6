package dev.tokensidecar.exchange;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TokenHash;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The result of an exchange: a token, or why there is none. Compared by identity. */
final class ExchangeResult {

    /** What an entry takes beside its token: the key, this object and the cache's own. */
    private static final int OVERHEAD = 512;

    private final @Nullable AccessToken token;
    private final @Nullable RefreshFailure failure;
    private final @Nullable Moment failedAt;
    private final @Nullable Moment rejectedAt;
    private final boolean kept;

    private ExchangeResult(
            @Nullable AccessToken token,
            @Nullable RefreshFailure failure,
            @Nullable Moment failedAt,
            @Nullable Moment rejectedAt,
            boolean kept) {
        this.token = token;
        this.failure = failure;
        this.failedAt = failedAt;
        this.rejectedAt = rejectedAt;
        this.kept = kept;
    }

    /**
     * @param rejectedAt when the token before was rejected; null if it was not
     * @param kept whether later callers with the same input get this token too
     */
    static ExchangeResult granted(AccessToken token, @Nullable Moment rejectedAt, boolean kept) {
        return new ExchangeResult(token, null, null, rejectedAt, kept);
    }

    /** @param kept whether the next caller with the same input gets the same failure for a while */
    static ExchangeResult failed(RefreshFailure failure, Moment now, boolean kept) {
        return new ExchangeResult(null, failure, now, null, kept);
    }

    /** Returns this result without its token, to remember the rejection. */
    ExchangeResult rejected(Moment now) {
        return new ExchangeResult(null, null, null, now, true);
    }

    boolean isKept() {
        return kept;
    }

    @Nullable AccessToken token() {
        return token;
    }

    @Nullable RefreshFailure failure() {
        return failure;
    }

    @Nullable Moment rejectedAt() {
        return rejectedAt;
    }

    boolean isToken(TokenHash hash) {
        return token != null && token.matches(hash);
    }

    /** Whether a caller may get this result now. */
    boolean isUsable(Moment now, ExchangePolicy policy) {
        if (token != null) {
            return token.usableFor(now).isPositive();
        }
        return failure != null && failedAt != null && now.since(failedAt).compareTo(policy.negativeTime()) < 0;
    }

    /** Returns how long this token is kept although an API rejects it, because it replaced a rejected one a moment ago. */
    Duration untilRejectable(Moment now, Duration interval) {
        return rejectedAt == null ? Duration.ZERO : interval.minus(now.since(rejectedAt));
    }

    Uni<AccessToken> uni() {
        return token == null
                ? Uni.createFrom().failure(Objects.requireNonNull(failure))
                : Uni.createFrom().item(token);
    }

    void complete(SharedExchange flight) {
        if (token == null) {
            flight.fail(Objects.requireNonNull(failure));
        } else {
            flight.complete(token);
        }
    }

    int bytes() {
        return OVERHEAD + bytes(token) + (failure == null ? 0 : failure.detail().length());
    }

    private static int bytes(@Nullable AccessToken token) {
        if (token == null) {
            return 0;
        }
        String scope = token.scope();
        return token.value().reveal().length() + (scope == null ? 0 : scope.length());
    }
}
