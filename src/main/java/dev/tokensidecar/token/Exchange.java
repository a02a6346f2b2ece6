package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The work of one flight up to the point where its result can be published: choose a refresh token, note the attempt, ask
 * the authorization server, keep what it handed out. Knows no state and no waiters.
 */
final class Exchange {

    private final AuthorizationServer server;
    private final @Nullable RefreshTokenKeeper keeper;
    private final RefreshPolicy policy;
    private final TokenRuntime runtime;
    private final TokenListener listener;

    /**
     * Makes an exchange.
     *
     * @param keeper null for a grant that needs no refresh token
     */
    Exchange(
            AuthorizationServer server,
            @Nullable RefreshTokenKeeper keeper,
            RefreshPolicy policy,
            TokenRuntime runtime,
            TokenListener listener) {
        this.server = server;
        this.keeper = keeper;
        this.policy = policy;
        this.runtime = runtime;
        this.listener = listener;
    }

    /** Never fails. */
    Uni<Outcome> run(Held held, RefreshReason reason) {
        Candidates candidates = new Candidates();
        return Uni.createFrom()
                .deferred(() -> keeper == null
                        ? ask(held, null, reason).map(granted -> new Grant(granted.token(), null, false, false))
                        : new Presenting(keeper, candidates, held, reason).first())
                .<Outcome>map(Outcome.Granted::new)
                .onFailure()
                .recoverWithItem(failure -> new Outcome.Failed(classified(failure), candidates.refused()));
    }

    /** Presents one refresh token after the other, until one is not called dead. */
    private final class Presenting {

        private final RefreshTokenKeeper keeper;
        private final Candidates candidates;
        private final Held held;
        private final RefreshReason reason;

        Presenting(RefreshTokenKeeper keeper, Candidates candidates, Held held, RefreshReason reason) {
            this.keeper = keeper;
            this.candidates = candidates;
            this.held = held;
            this.reason = reason;
        }

        Uni<Grant> first() {
            return keeper.offer(held.refreshToken()).chain(stored -> {
                if (stored.attemptedAt() != null) {
                    listener.inDoubt(stored.attemptedAt());
                }
                candidates.add(stored);
                return next(null);
            });
        }

        /** @param refusal what the one before was told; null for the first */
        private Uni<Grant> next(RefreshFailure.@Nullable InvalidGrant refusal) {
            RefreshToken token = candidates.next();
            if (token == null) {
                return Uni.createFrom().failure(refusal);
            }
            if (refusal != null) {
                listener.anotherRefreshToken();
            }
            return keeper.attempt(token)
                    .chain(() -> ask(held, token, reason))
                    .onFailure(RefreshFailure.class)
                    .call(failure -> settle(token, failure))
                    .chain(granted -> keep(granted, token))
                    .onFailure(RefreshFailure.InvalidGrant.class)
                    .recoverWithUni(failure -> refused(token, failure));
        }

        /** A token that may be on its way to being spent stays marked as presented. */
        private Uni<Void> settle(RefreshToken token, RefreshFailure failure) {
            return failure.inDoubt() ? Uni.createFrom().voidItem() : keeper.settle(token, false);
        }

        private Uni<Grant> refused(RefreshToken token, RefreshFailure.InvalidGrant refusal) {
            candidates.refuse(token);
            if (!candidates.exhausted() || !candidates.mayAskAgain()) {
                return next(refusal);
            }
            return keeper.offer(null)
                    .onFailure()
                    .recoverWithItem(Stored.NOTHING)
                    .chain(stored -> {
                        candidates.add(stored.withoutPrevious());
                        return next(refusal);
                    });
        }

        /** A rotated refresh token is saved before anybody learns of the new access token. */
        private Uni<Grant> keep(Granted granted, RefreshToken presented) {
            RefreshToken next = successor(presented, granted);
            return next.sameValue(presented)
                    ? keeper.settle(presented, true).map(ignored -> new Grant(granted.token(), next, false, false))
                    : keeper.keep(next).map(saved -> new Grant(granted.token(), next, true, saved));
        }
    }

    /** What the server said, and when it was asked. */
    private record Granted(AccessToken token, Tokens tokens, Moment sentAt) {}

    private Uni<Granted> ask(Held held, @Nullable RefreshToken presented, RefreshReason reason) {
        Moment sentAt = runtime.time().now();
        return server.request(presented)
                .ifNoItem()
                .after(policy.timeout())
                .on(runtime.timers())
                .failWith(this::timeout)
                .map(tokens -> new Granted(token(held, tokens, sentAt, reason), tokens, sentAt));
    }

    private AccessToken token(Held held, Tokens granted, Moment sentAt, RefreshReason reason) {
        // a server that answers with the token it gave before has not made a new generation
        AccessToken current = held.token();
        boolean same = current != null && current.value().equals(granted.accessToken());
        long generation = same ? held.generation() : held.generation() + 1;
        return new AccessToken(granted, generation, policy.validity(granted.life(), sentAt, runtime.random()), reason);
    }

    /** RFC 6749 section 6: a server that issues no new refresh token leaves the old one in force. */
    private static RefreshToken successor(RefreshToken presented, Granted granted) {
        Secret handedOut = granted.tokens().refreshToken();
        Duration life = granted.tokens().refreshTokenLife();
        Instant sentAt = granted.sentAt().instant();
        return new RefreshToken(
                handedOut == null ? presented.value() : handedOut, sentAt, life == null ? null : sentAt.plus(life));
    }

    private RefreshFailure timeout() {
        return new RefreshFailure.Unavailable(
                "timeout",
                "no answer from the authorization server within "
                        + policy.timeout().toSeconds() + " s",
                true,
                false,
                null);
    }

    /** What is no answer of the server is a defect of ours; its message may quote anything, so only its type is told. */
    private static RefreshFailure classified(Throwable failure) {
        return failure instanceof RefreshFailure known
                ? known
                : new RefreshFailure.Unavailable(
                        "internal_error", "unexpected " + failure.getClass().getName(), true, false, null);
    }
}
