package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;

/**
 * Port to the place where the refresh token outlives the process, or does not. What is asked of it takes effect in the
 * order of the subscriptions. Everything may fail with a {@link StoreFailure}.
 */
public interface RefreshTokenStore {

    /**
     * What there is to present now.
     *
     * @return fails with a {@link StoreFailure} if something is there that must not be passed over, or with a
     *     {@link RefreshFailure.Misconfigured} if there is nothing but a seed that cannot be read
     */
    Uni<StoreContents> load();

    /** Notes that this token is about to be presented, so that a process started after a crash knows of the attempt. */
    Uni<Void> attempt(RefreshToken presented);

    /**
     * Keeps what the server handed out for the token that was presented; that is the end of the attempt. The item is
     * emitted when the token is as safe as this store can make it.
     */
    Uni<Void> save(RefreshToken refreshToken);

    /**
     * Notes that the attempt is over and brought no other refresh token.
     *
     * @param used whether the server accepted the token that was presented
     */
    Uni<Void> settle(RefreshToken presented, boolean used);

    /** Whether a saved token survives the end of the process. */
    boolean durable();
}
