package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;

/**
 * Port to the place where the refresh token is stored, whether or not it outlives the process. Operations take effect in the
 * order of their subscriptions. Each may fail with a {@link StoreFailure}.
 */
public interface RefreshTokenStore {

    /**
     * Reads the refresh tokens to present.
     *
     * @return fails with a {@link StoreFailure} if there is something that must not be ignored, or with a
     *     {@link RefreshFailure.Misconfigured} if there is only a seed and it cannot be read
     */
    Uni<StoreContents> load();

    /** Records that this token is about to be presented, so that the next process learns of the attempt after a crash. */
    Uni<Void> attempt(RefreshToken presented);

    /**
     * Saves the refresh token that the server issued, which ends the attempt. Emits when the token is as durable as this
     * store can make it.
     */
    Uni<Void> save(RefreshToken refreshToken);

    /**
     * Records that the attempt ended without a new refresh token.
     *
     * @param used whether the server accepted the token that was presented
     */
    Uni<Void> settle(RefreshToken presented, boolean used);

    /** Whether a saved token survives the end of the process. */
    boolean durable();
}
