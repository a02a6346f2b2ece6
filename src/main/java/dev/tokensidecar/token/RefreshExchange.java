package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The work of one flight up to the point where its result can be published: wait for the session, choose a refresh token,
 * note the attempt, ask the authorization server, keep what it handed out. Knows no state and no waiters.
 */
final class RefreshExchange {

    private final AuthorizationServer server;
    private final Session session;
    private final RefreshPolicy policy;
    private final TokenRuntime runtime;
    private final TokenListener listener;

    RefreshExchange(
            AuthorizationServer server,
            Session session,
            RefreshPolicy policy,
            TokenRuntime runtime,
            TokenListener listener) {
        this.server = server;
        this.session = session;
        this.policy = policy;
        this.runtime = runtime;
        this.listener = listener;
    }

    /** Never fails. */
    Uni<RefreshOutcome> run(TokenSnapshot held, RefreshReason reason) {
        Presenting presenting = new Presenting(held, reason);
        return session.turn(presenting::first)
                .<RefreshOutcome>map(RefreshOutcome.Granted::new)
                .onFailure()
                .recoverWithItem(failure -> new RefreshOutcome.Failed(classified(failure), presenting.candidates.refused()));
    }

    /** Presents one refresh token after the other, until one is not called dead; then goes without, where that is possible. */
    private final class Presenting {

        private final TokenSnapshot held;
        private final RefreshReason reason;
        private final RefreshTokenCandidates candidates = new RefreshTokenCandidates(refusedForGood());

        Presenting(TokenSnapshot held, RefreshReason reason) {
            this.held = held;
            this.reason = reason;
        }

        Uni<AccessToken> first() {
            return session.offer().chain(stored -> {
                if (stored.attemptedAt() != null) {
                    listener.inDoubt(stored.attemptedAt());
                }
                candidates.add(stored);
                return next(null);
            });
        }

        /** @param refusal what the one before was told; null for the first */
        private Uni<AccessToken> next(RefreshFailure.@Nullable InvalidGrant refusal) {
            RefreshToken token = candidates.next();
            if (token == null) {
                return server.initialGrant() == InitialGrant.NONE
                        ? Uni.createFrom().failure(refusal == null ? noRefreshToken() : refusal)
                        : anew();
            }
            if (refusal != null) {
                listener.anotherRefreshToken();
            }
            return session.keeper()
                    .attempt(token)
                    .chain(() -> ask(held, token, reason))
                    .onFailure(RefreshFailure.class)
                    .call(failure -> settle(token, failure))
                    .chain(granted -> keep(granted, token))
                    .onFailure()
                    .recoverWithUni(failure -> otherwise(token, failure));
        }

        /** A client that may not use its refresh token may still be granted tokens without; a person is not asked on that. */
        private Uni<AccessToken> otherwise(RefreshToken token, Throwable failure) {
            if (failure instanceof RefreshFailure.InvalidGrant refusal) {
                return refused(token, refusal);
            }
            return failure instanceof RefreshFailure.Misconfigured && server.initialGrant() == InitialGrant.UNATTENDED
                    ? anew()
                    : Uni.createFrom().failure(failure);
        }

        private Uni<AccessToken> anew() {
            return ask(held, null, reason).chain(granted -> keep(granted, null));
        }

        /** A token that may be on its way to being spent stays marked as presented. */
        private Uni<Void> settle(RefreshToken token, RefreshFailure failure) {
            return failure.inDoubt()
                    ? Uni.createFrom().voidItem()
                    : session.keeper().settle(token, false);
        }

        private Uni<AccessToken> refused(RefreshToken token, RefreshFailure.InvalidGrant refusal) {
            candidates.refuse(token);
            session.refuse(token);
            if (!candidates.exhausted() || !candidates.mayAskAgain()) {
                return next(refusal);
            }
            return session.keeper()
                    .offer(null)
                    .onFailure()
                    .recoverWithItem(StoreContents.NOTHING)
                    .chain(stored -> {
                        candidates.add(stored.withoutPrevious());
                        return next(refusal);
                    });
        }
    }

    /**
     * Dead is not always final, so where there is nothing else to do a dead refresh token is presented again now and then.
     * Where tokens are granted without one, it would only cost a request each time.
     */
    private Set<TokenHash> refusedForGood() {
        return server.initialGrant() == InitialGrant.NONE
                ? Set.of()
                : session.kept().refused();
    }

    /** A rotated refresh token is saved before anybody learns of the new access token. */
    private Uni<AccessToken> keep(GrantedTokens granted, @Nullable RefreshToken presented) {
        RefreshToken next = successor(presented, granted);
        if (next == null) {
            session.goWithout(granted.sentAt());
            return Uni.createFrom().item(granted.token());
        }
        boolean expendable = server.initialGrant() == InitialGrant.UNATTENDED;
        Uni<Void> kept = next.sameValue(presented)
                ? session.keepUsing(next, granted.sentAt())
                : session.keep(next, expendable, granted.sentAt());
        return kept.replaceWith(granted.token());
    }

    /** What the server said, and when it was asked. */
    private record GrantedTokens(AccessToken token, TokenResponse tokens, Moment sentAt) {}

    private Uni<GrantedTokens> ask(TokenSnapshot held, @Nullable RefreshToken presented, RefreshReason reason) {
        Moment sentAt = runtime.time().now();
        return server.request(presented)
                .ifNoItem()
                .after(policy.timeout())
                .on(runtime.timers())
                .failWith(this::timeout)
                .map(tokens -> new GrantedTokens(token(held, tokens, sentAt, reason), tokens, sentAt));
    }

    private AccessToken token(TokenSnapshot held, TokenResponse granted, Moment sentAt, RefreshReason reason) {
        // a server that answers with the token it gave before has not made a new generation
        AccessToken current = held.token();
        boolean same = current != null && current.value().equals(granted.accessToken());
        long generation = same ? held.generation() : held.generation() + 1;
        Validity validity = policy.validity(granted.life(), granted.refreshIn(), sentAt, runtime.random());
        return new AccessToken(granted, generation, validity, reason);
    }

    /** RFC 6749 section 6: a server that issues no new refresh token leaves the old one in force. */
    private static @Nullable RefreshToken successor(@Nullable RefreshToken presented, GrantedTokens granted) {
        Secret handedOut = granted.tokens().refreshToken();
        Secret value = handedOut == null && presented != null ? presented.value() : handedOut;
        Duration life = granted.tokens().refreshTokenLife();
        Instant sentAt = granted.sentAt().instant();
        return value == null ? null : new RefreshToken(value, sentAt, life == null ? null : sentAt.plus(life));
    }

    private static RefreshFailure noRefreshToken() {
        return new RefreshFailure.Misconfigured(
                "no_refresh_token",
                "there is no refresh token: mount one and name its file in store.refresh-token-file of this token");
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
