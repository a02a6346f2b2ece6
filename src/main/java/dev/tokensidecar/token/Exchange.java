package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The work of one flight up to the point where its result can be published: read the refresh token, ask the
 * authorization server, save what it rotated. Knows no state and no waiters.
 */
final class Exchange {

    private final AuthorizationServer server;
    private final @Nullable RefreshTokenKeeper keeper;
    private final RefreshPolicy policy;
    private final TokenRuntime runtime;

    /**
     * Makes an exchange.
     *
     * @param keeper null for a grant that needs no refresh token
     */
    Exchange(
            AuthorizationServer server,
            @Nullable RefreshTokenKeeper keeper,
            RefreshPolicy policy,
            TokenRuntime runtime) {
        this.server = server;
        this.keeper = keeper;
        this.policy = policy;
        this.runtime = runtime;
    }

    /** Fails with a {@link RefreshFailure}. */
    Uni<Grant> run(Held held, RefreshReason reason) {
        return Uni.createFrom()
                .deferred(() -> toPresent(held))
                .chain(presented -> ask(held, presented, reason))
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(Exchange::unexpected);
    }

    private Uni<@Nullable RefreshToken> toPresent(Held held) {
        if (keeper == null || held.refreshToken() != null) {
            return Uni.createFrom().item(held.refreshToken());
        }
        return keeper.load().map(seed -> seed);
    }

    private Uni<Grant> ask(Held held, @Nullable RefreshToken presented, RefreshReason reason) {
        Moment sentAt = runtime.time().now();
        return server.request(presented)
                .ifNoItem()
                .after(policy.timeout())
                .on(runtime.timers())
                .failWith(this::timeout)
                .chain(granted ->
                        keep(token(held, granted, sentAt, reason), presented, successor(presented, granted, sentAt)));
    }

    private AccessToken token(Held held, Tokens granted, Moment sentAt, RefreshReason reason) {
        // a server that answers with the token it gave before has not made a new generation
        AccessToken current = held.token();
        boolean same = current != null && current.value().equals(granted.accessToken());
        long generation = same ? held.generation() : held.generation() + 1;
        return new AccessToken(granted, generation, policy.validity(granted.life(), sentAt, runtime.random()), reason);
    }

    /** RFC 6749 section 6: a server that issues no new refresh token leaves the old one in force. */
    private static @Nullable RefreshToken successor(@Nullable RefreshToken presented, Tokens granted, Moment sentAt) {
        if (presented == null) {
            return null;
        }
        Secret value = granted.refreshToken() == null ? presented.value() : granted.refreshToken();
        Duration life = granted.refreshTokenLife();
        Instant expiresAt = life == null ? null : sentAt.instant().plus(life);
        return new RefreshToken(value, sentAt.instant(), expiresAt);
    }

    /** A rotated refresh token is saved before anybody learns of the new access token. */
    private Uni<Grant> keep(AccessToken token, @Nullable RefreshToken presented, @Nullable RefreshToken next) {
        if (keeper == null || next == null || next.sameValue(presented)) {
            return Uni.createFrom().item(new Grant(token, next, false, false));
        }
        return keeper.keep(next).map(saved -> new Grant(token, next, true, saved));
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

    /** A defect of ours; its message may quote anything, so only its type is told. */
    private static RefreshFailure unexpected(Throwable failure) {
        return new RefreshFailure.Unavailable(
                "internal_error", "unexpected " + failure.getClass().getName(), true, false, null);
    }
}
