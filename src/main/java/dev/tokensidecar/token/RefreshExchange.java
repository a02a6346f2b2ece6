package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The work of one flight up to its result: wait for the session's turn, read the record, adopt what another process has
 * obtained or claim the next request, send it, save the refresh token that comes back. Knows neither the state nor the
 * waiters.
 */
final class RefreshExchange {

    /** Whoever loses a claim more often than this has a store that always says no. */
    private static final int MAX_CLAIMS = 20;

    private final AuthorizationServer server;
    private final Session session;
    private final SharedTokens shared;
    private final RefreshPolicy policy;
    private final TokenRuntime runtime;
    private final TokenListener listener;

    RefreshExchange(
            AuthorizationServer server,
            Session session,
            SharedTokens shared,
            RefreshPolicy policy,
            TokenRuntime runtime,
            TokenListener listener) {
        this.server = server;
        this.session = session;
        this.shared = shared;
        this.policy = policy;
        this.runtime = runtime;
        this.listener = listener;
    }

    /** Runs the exchange. Never fails. */
    Uni<RefreshOutcome> run(TokenSnapshot snapshot, RefreshReason reason) {
        Run run = new Run(snapshot, reason);
        return session.inTurn(() -> run.begin().onFailure().recoverWithUni(run::fail));
    }

    /**
     * One run: presents refresh tokens until the authorization server does not reject one with {@code invalid_grant}, then
     * falls back to the initial grant where there is one. Reads the record again before each request.
     */
    private final class Run {

        private final TokenSnapshot snapshot;
        private final RefreshReason reason;
        private final Set<TokenHash> invalid = new HashSet<>(permanentlyInvalid());
        private RefreshFailure.@Nullable InvalidGrant rejection;
        private boolean startingOver;
        private int claims;

        Run(TokenSnapshot snapshot, RefreshReason reason) {
            this.snapshot = snapshot;
            this.reason = reason;
        }

        /** The tokens of a session share the calls to a store that fails. */
        Uni<RefreshOutcome> begin() {
            StoreFailure known = session.storeFailureOfOthers(shared.name());
            return known == null ? readAndDecide() : withoutStore(known);
        }

        private Uni<RefreshOutcome> readAndDecide() {
            return session.read(listener)
                    .onItemOrFailure()
                    .transformToUni((seen, failure) -> failure == null ? decide(seen) : withoutStore(failure));
        }

        /** An unattended grant uses nothing of the store, so it does not wait for it. */
        private Uni<RefreshOutcome> withoutStore(Throwable failure) {
            return server.initialGrant() == InitialGrant.UNATTENDED
                            && failure instanceof StoreFailure it
                            && it.problem().passes()
                    ? send(Reading.NONE, null)
                    : Uni.createFrom().failure(failure);
        }

        private Uni<RefreshOutcome> decide(Reading seen) {
            RefreshOutcome known = known(seen);
            if (known != null) {
                return release(known);
            }
            Claim claim = session.claimOfOthers(seen);
            return claim == null
                    ? present(seen)
                    : session.awaitClaim(claim, seen, policy.timeout())
                            .chain(state -> takeOverIfEnded(state, claim, seen));
        }

        private Uni<RefreshOutcome> release(RefreshOutcome known) {
            return session.endClaim(record -> record.released(record.shared().pause()))
                    .replaceWith(known);
        }

        /** Returns what another process has learnt already; null if this one has to ask. */
        private @Nullable RefreshOutcome known(Reading seen) {
            SessionRecord record = seen.newest();
            RefreshOutcome adopted = adopted(record);
            if (adopted != null) {
                return adopted;
            }
            SharedPause pause = record.shared().pause();
            Duration left = shared.left(pause, runtime.time().now());
            return pause == null || left.isZero() || rejection != null ? null : known(seen, pause, left);
        }

        private @Nullable RefreshOutcome adopted(SessionRecord record) {
            AccessToken token = shared.newer(record, snapshot, runtime.time().now());
            if (token == null) {
                return null;
            }
            shared.has(record);
            session.adopted(record, token.validity().from());
            return new RefreshOutcome.Adopted(token);
        }

        private @Nullable RefreshOutcome known(Reading seen, SharedPause pause, Duration left) {
            RefreshFailure failure = pause.failure();
            if (!(failure instanceof RefreshFailure.InvalidGrant)) {
                Duration pauseHere = policy.pauseAfterOthers(left, runtime.random());
                return new RefreshOutcome.Failed(failure.retryIn(pauseHere), invalid, pauseHere);
            }
            Set<TokenHash> rejected = seen.newest().shared().invalid();
            boolean untried = seen.candidates().stream().anyMatch(token -> !rejected.contains(token.hash()));
            return untried || server.initialGrant() != InitialGrant.NONE
                    ? null
                    : new RefreshOutcome.Failed(failure, rejected, left);
        }

        private Uni<RefreshOutcome> takeOverIfEnded(Session.ClaimOfOthers state, Claim claim, Reading seen) {
            switch (state) {
                case CHANGED -> {
                    return changed();
                }
                case ABANDONED -> listener.attemptInDoubt(claim.at());
                case STALE -> listener.takingOver(claim);
            }
            return present(seen);
        }

        /** The change brings the token that all wait for, so that a fleet does not read it all at once. */
        private Uni<RefreshOutcome> changed() {
            RefreshOutcome adopted = adopted(session.reported());
            return adopted == null ? readAndDecide() : release(adopted);
        }

        private Uni<RefreshOutcome> present(Reading seen) {
            RefreshToken token = startingOver ? null : next(seen);
            if (token == null && server.initialGrant() == InitialGrant.NONE) {
                return Uni.createFrom().failure(rejection == null ? noRefreshToken() : rejection);
            }
            if (token != null && rejection != null) {
                listener.presentingNextRefreshToken();
            }
            return claim(seen, token);
        }

        private @Nullable RefreshToken next(Reading seen) {
            return seen.candidates().stream()
                    .filter(candidate -> !invalid.contains(candidate.hash()))
                    .findFirst()
                    .orElse(null);
        }

        /** A process that was stopped between its claim and its request may have lost the claim meanwhile. */
        private Uni<RefreshOutcome> claim(Reading seen, @Nullable RefreshToken token) {
            if (++claims > MAX_CLAIMS) {
                return Uni.createFrom().failure(contended());
            }
            Moment claimedAt = runtime.time().now();
            return session.claim(seen, token, shared.name(), claimedAt).chain(won -> {
                listener.claimed(won);
                boolean late = runtime.time().now().since(claimedAt).compareTo(ClaimWatch.SENT_WITHIN) > 0;
                return won && !late ? send(seen, token) : readAndDecide();
            });
        }

        private Uni<RefreshOutcome> send(Reading seen, @Nullable RefreshToken token) {
            Moment sentAt = runtime.time().now();
            Uni<SuccessfulResponse> reply = token == null ? server.requestInitialGrant() : server.refresh(token);
            return inTime(reply)
                    .chain(received -> switch (received) {
                        case TokenResponse response -> grant(response, token, seen.seed(), sentAt);
                        case UnusableResponse response -> salvage(response, token, seen.seed(), sentAt);
                    })
                    .onFailure()
                    .recoverWithUni(failure -> recover(token, failure));
        }

        private Uni<RefreshOutcome> grant(
                TokenResponse response, @Nullable RefreshToken presented, @Nullable RefreshToken seed, Moment sentAt) {
            AccessToken token = token(snapshot, response, sentAt, reason);
            RefreshToken next = successor(
                    presented, response.refreshToken(), response.refreshTokenLifetime(), response.provenWith(), sentAt);
            UnaryOperator<SessionRecord> change =
                    record -> record.granted(next, seed, shared.name(), shared.entry(token, record));
            return save(next, presented, change, sentAt).map(ended -> saved(token));
        }

        /**
         * The token of another process in the record counts, not the own one that came too late for it: the others never learn
         * of that one, and the next token of the record may be older.
         */
        private RefreshOutcome saved(AccessToken own) {
            SessionRecord record = session.record();
            RefreshOutcome adopted = shared.isIn(record, own) ? null : adopted(record);
            if (adopted != null) {
                return adopted;
            }
            shared.has(record);
            return new RefreshOutcome.Granted(own);
        }

        /** Saves the refresh token of a response that is a failure otherwise. The next request presents it. */
        private Uni<RefreshOutcome> salvage(
                UnusableResponse response,
                @Nullable RefreshToken presented,
                @Nullable RefreshToken seed,
                Moment sentAt) {
            RefreshToken next = successor(
                    presented, response.refreshToken(), response.refreshTokenLifetime(), response.provenWith(), sentAt);
            if (next == null || next.sameValue(presented)) {
                return Uni.createFrom().failure(response.flaw());
            }
            Retreat retreat = retreat(response.flaw());
            return save(
                            next,
                            presented,
                            record -> record.granted(next, seed, shared.name(), null)
                                    .released(retreat.told()),
                            sentAt)
                    .replaceWith(new RefreshOutcome.Failed(response.flaw(), invalid, retreat.pause()));
        }

        /**
         * A client that may not use its refresh token may still have an unattended grant; nobody is asked to log in because of
         * a configuration error.
         */
        private Uni<RefreshOutcome> recover(@Nullable RefreshToken token, Throwable failure) {
            if (token != null && failure instanceof RefreshFailure.InvalidGrant rejected) {
                rejection = rejected;
                invalid.add(token.hash());
                session.invalidate(token);
                return readAndDecide();
            }
            if (token != null
                    && failure instanceof RefreshFailure.Misconfigured
                    && server.initialGrant() == InitialGrant.UNATTENDED) {
                startingOver = true;
                return readAndDecide();
            }
            return Uni.createFrom().failure(failure);
        }

        Uni<RefreshOutcome> fail(Throwable cause) {
            return cause instanceof StoreFailure problem ? failAtStore(problem) : failAtServer(classified(cause));
        }

        /** The other processes see for themselves whether the store responds to them. */
        private Uni<RefreshOutcome> failAtStore(StoreFailure problem) {
            if (problem != session.storeFailureOfOthers(shared.name())) {
                session.storeFailed(problem, shared.name());
            }
            RefreshFailure failure = problem.asRefreshFailure();
            Duration usable = snapshot.usableFor(runtime.time().now());
            boolean timedOut = problem.problem() == StoreProblem.SLOW;
            Duration pause =
                    policy.pauseAfterStoreFailure(failure, timedOut, snapshot.failures() + 1, usable, runtime.random());
            return endClaim(failure, session.record().shared().pause(), pause);
        }

        /** Tells the other processes how long to leave the authorization server alone. */
        private Uni<RefreshOutcome> failAtServer(RefreshFailure failure) {
            Retreat retreat = retreat(failure);
            return endClaim(failure, retreat.told(), retreat.pause());
        }

        private Retreat retreat(RefreshFailure failure) {
            SharedPause before = session.record().shared().pause();
            int failures = Math.max(snapshot.failures(), before == null ? 0 : before.failures()) + 1;
            Moment now = runtime.time().now();
            AccessToken token = snapshot.token();
            Validity validity = token == null ? null : token.validity();
            Duration pause = policy.pauseAfter(failure, failures, validity, now, runtime.random());
            return new Retreat(pause, shared.entry(failure, pause, failures, now));
        }

        private Uni<RefreshOutcome> endClaim(RefreshFailure failure, @Nullable SharedPause told, Duration pause) {
            return session.endClaim(record -> end(record.invalidating(invalid), failure, told))
                    .replaceWith(new RefreshOutcome.Failed(failure, invalid, pause));
        }
    }

    private static SessionRecord end(SessionRecord record, RefreshFailure failure, @Nullable SharedPause told) {
        return failure.inDoubt() ? record.doubted(told) : record.released(told);
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

    /**
     * What follows a failure.
     *
     * @param pause until the next request of this process
     * @param told the same for the other processes; null if the failure does not concern them
     */
    private record Retreat(Duration pause, @Nullable SharedPause told) {}

    /** Saves a rotated refresh token before anybody sees the new access token. */
    private Uni<Void> save(
            @Nullable RefreshToken next,
            @Nullable RefreshToken presented,
            UnaryOperator<SessionRecord> change,
            Moment sentAt) {
        if (next == null) {
            return session.grantedWithout(change, sentAt);
        }
        boolean expendable = server.initialGrant() == InitialGrant.UNATTENDED;
        return next.sameValue(presented)
                ? session.grantedAgain(next, change, sentAt)
                : session.rotated(next, expendable, change, sentAt);
    }

    private Uni<SuccessfulResponse> inTime(Uni<SuccessfulResponse> request) {
        return request.ifNoItem().after(policy.timeout()).on(runtime.timers()).failWith(this::timeout);
    }

    private AccessToken token(TokenSnapshot snapshot, TokenResponse response, Moment sentAt, RefreshReason reason) {
        // a server that repeats the current access token has not made a new generation
        AccessToken current = snapshot.token();
        boolean same = current != null && current.value().equals(response.accessToken());
        long generation = same ? snapshot.generation() : snapshot.generation() + 1;
        Validity validity = policy.validity(response.lifetime(), response.refreshIn(), sentAt, runtime.random());
        return new AccessToken(response, generation, validity, reason);
    }

    /**
     * RFC 6749 section 6: without a new refresh token in the response the old one stays in force. Then it also stays bound to
     * its key, if the request had no proof.
     */
    private static @Nullable RefreshToken successor(
            @Nullable RefreshToken presented,
            @Nullable Secret issued,
            @Nullable Duration lifetime,
            @Nullable ProofKey provenWith,
            Moment sentAt) {
        Instant from = sentAt.instant();
        Instant expiresAt = lifetime == null ? null : from.plus(lifetime);
        BoundKey key = provenWith == null ? null : provenWith.bound();
        if (issued != null) {
            return new RefreshToken(issued, from, expiresAt, key);
        }
        return presented == null
                ? null
                : new RefreshToken(presented.value(), from, expiresAt, key == null ? presented.key() : key);
    }

    private static RefreshFailure noRefreshToken() {
        return new RefreshFailure.Misconfigured(
                "no_refresh_token",
                "there is no refresh token: mount one and name its file in store.refresh-token-file of this token");
    }

    private static RefreshFailure contended() {
        return RefreshFailure.Unavailable.unprocessed(
                "store_contended", "the record of the session changed at each attempt to claim the next request");
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
