package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The work of one flight up to its result: wait for the session's turn, choose a refresh token, record the attempt, send the
 * token request, save the refresh token that comes back. Knows neither the state nor the waiters.
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

    /** Runs the exchange. Never fails. */
    Uni<RefreshOutcome> run(TokenSnapshot snapshot, RefreshReason reason) {
        Run run = new Run(snapshot, reason);
        return session.inTurn(run::presentFirst)
                .<RefreshOutcome>map(RefreshOutcome.Granted::new)
                .onFailure()
                .recoverWithItem(failure -> new RefreshOutcome.Failed(classified(failure), run.candidates.invalid()));
    }

    /**
     * One run: presents refresh tokens until the authorization server does not reject one with {@code invalid_grant}, then
     * falls back to the initial grant where there is one.
     */
    private final class Run {

        private final TokenSnapshot snapshot;
        private final RefreshReason reason;
        private final RefreshTokenCandidates candidates = new RefreshTokenCandidates(permanentlyInvalid());

        Run(TokenSnapshot snapshot, RefreshReason reason) {
            this.snapshot = snapshot;
            this.reason = reason;
        }

        Uni<AccessToken> presentFirst() {
            return session.load().chain(contents -> {
                if (contents.attemptedAt() != null) {
                    listener.attemptInDoubt(contents.attemptedAt());
                }
                candidates.add(contents);
                return presentNext(null);
            });
        }

        /** @param rejection why the one before was rejected; null for the first */
        private Uni<AccessToken> presentNext(RefreshFailure.@Nullable InvalidGrant rejection) {
            RefreshToken token = candidates.next();
            if (token == null) {
                return server.initialGrant() == InitialGrant.NONE
                        ? Uni.createFrom().failure(rejection == null ? noRefreshToken() : rejection)
                        : startOver();
            }
            if (rejection != null) {
                listener.presentingNextRefreshToken();
            }
            return session.recordAttempt(token)
                    .chain(() -> request(server.refresh(token), snapshot, reason))
                    .onFailure(RefreshFailure.class)
                    .call(failure -> clearAttempt(token, failure))
                    .chain(granted -> save(granted, token))
                    .onFailure()
                    .recoverWithUni(failure -> recover(token, failure));
        }

        /**
         * A client that may not use its refresh token may still have an unattended grant; nobody is asked to log in because of
         * a configuration error.
         */
        private Uni<AccessToken> recover(RefreshToken token, Throwable failure) {
            if (failure instanceof RefreshFailure.InvalidGrant rejection) {
                return rejected(token, rejection);
            }
            return failure instanceof RefreshFailure.Misconfigured && server.initialGrant() == InitialGrant.UNATTENDED
                    ? startOver()
                    : Uni.createFrom().failure(failure);
        }

        private Uni<AccessToken> startOver() {
            return request(server.requestInitialGrant(), snapshot, reason).chain(granted -> save(granted, null));
        }

        /** The record stays while the server may have used the refresh token. */
        private Uni<Void> clearAttempt(RefreshToken token, RefreshFailure failure) {
            return failure.inDoubt() ? Uni.createFrom().voidItem() : session.clearAttempt(token);
        }

        private Uni<AccessToken> rejected(RefreshToken token, RefreshFailure.InvalidGrant rejection) {
            candidates.invalidate(token);
            session.invalidate(token);
            if (!candidates.exhausted() || !candidates.mayReload()) {
                return presentNext(rejection);
            }
            return session.reload().chain(contents -> {
                candidates.add(contents);
                return presentNext(rejection);
            });
        }
    }

    /**
     * Without an initial grant nothing is invalid for good: a probe presents the refresh token again now and then. With one,
     * presenting it again would only cost a request.
     */
    private Set<TokenHash> permanentlyInvalid() {
        return server.initialGrant() == InitialGrant.NONE
                ? Set.of()
                : session.refreshToken().invalid();
    }

    /** Saves a rotated refresh token before anybody sees the new access token. */
    private Uni<AccessToken> save(GrantedTokens granted, @Nullable RefreshToken presented) {
        RefreshToken next = successor(presented, granted);
        if (next == null) {
            session.continueWithout(granted.sentAt());
            return Uni.createFrom().item(granted.token());
        }
        boolean expendable = server.initialGrant() == InitialGrant.UNATTENDED;
        Uni<Void> saved = next.sameValue(presented)
                ? session.keepUsing(next, granted.sentAt())
                : session.rotate(next, expendable, granted.sentAt());
        return saved.replaceWith(granted.token());
    }

    /** A token response, and when its request was sent. */
    private record GrantedTokens(AccessToken token, TokenResponse response, Moment sentAt) {}

    private Uni<GrantedTokens> request(Uni<TokenResponse> request, TokenSnapshot snapshot, RefreshReason reason) {
        Moment sentAt = runtime.time().now();
        return request.ifNoItem()
                .after(policy.timeout())
                .on(runtime.timers())
                .failWith(this::timeout)
                .map(response -> new GrantedTokens(token(snapshot, response, sentAt, reason), response, sentAt));
    }

    private AccessToken token(TokenSnapshot snapshot, TokenResponse response, Moment sentAt, RefreshReason reason) {
        // a server that repeats the current access token has not made a new generation
        AccessToken current = snapshot.token();
        boolean same = current != null && current.value().equals(response.accessToken());
        long generation = same ? snapshot.generation() : snapshot.generation() + 1;
        Validity validity = policy.validity(response.lifetime(), response.refreshIn(), sentAt, runtime.random());
        return new AccessToken(response, generation, validity, reason);
    }

    /** RFC 6749 section 6: without a new refresh token in the response the old one stays in force. */
    private static @Nullable RefreshToken successor(@Nullable RefreshToken presented, GrantedTokens granted) {
        Secret issued = granted.response().refreshToken();
        Secret value = issued == null && presented != null ? presented.value() : issued;
        Duration lifetime = granted.response().refreshTokenLifetime();
        Instant sentAt = granted.sentAt().instant();
        return value == null ? null : new RefreshToken(value, sentAt, lifetime == null ? null : sentAt.plus(lifetime));
    }

    private static RefreshFailure noRefreshToken() {
        return new RefreshFailure.Misconfigured(
                "no_refresh_token",
                "there is no refresh token: mount one and name its file in store.refresh-token-file of this token");
    }

    private RefreshFailure timeout() {
        return RefreshFailure.Unavailable.maybeProcessed(
                "timeout",
                "no response from the authorization server within "
                        + policy.timeout().toSeconds() + " s");
    }

    /**
     * Any exception other than a {@link RefreshFailure} is a defect. Its message may quote anything, so the failure
     * names only its type.
     */
    private static RefreshFailure classified(Throwable failure) {
        return failure instanceof RefreshFailure known
                ? known
                : RefreshFailure.Unavailable.maybeProcessed(
                        "internal_error", "unexpected " + failure.getClass().getName());
    }
}
