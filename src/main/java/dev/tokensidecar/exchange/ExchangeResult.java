package dev.tokensidecar.exchange;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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

    /** @param rejectedAt when the token before was rejected; null if it was not */
    static ExchangeResult granted(AccessToken token, @Nullable Moment rejectedAt) {
        return new ExchangeResult(token, null, null, rejectedAt, true);
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

    void requireRejectable(Moment now, Duration interval) {
        if (rejectedAt != null) {
            Duration left = interval.minus(now.since(rejectedAt));
            if (left.isPositive()) {
                throw new TokenException.RejectedAgain(left);
            }
        }
    }

    Uni<AccessToken> uni() {
        return token == null
                ? Uni.createFrom().failure(Objects.requireNonNull(failure))
                : Uni.createFrom().item(token);
    }

    void complete(CompletableFuture<AccessToken> flight) {
        if (token == null) {
            flight.completeExceptionally(Objects.requireNonNull(failure));
        } else {
            flight.complete(token);
        }
    }

    int bytes() {
        return OVERHEAD + (token == null ? 0 : token.value().reveal().length());
    }
}
