package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Port to the place where the refresh token outlives the process, or does not. */
public interface RefreshTokenStore {

    /**
     * The refresh token to start with.
     *
     * @return the token, or empty if there is none; fails with a {@link RefreshFailure.Misconfigured} that names the
     *     file and the cure when one is there and cannot be read
     */
    Uni<Optional<RefreshToken>> load();

    /**
     * Keeps a refresh token. Saves take effect in the order in which they were subscribed to. The item is emitted when
     * the token is as safe as this store can make it.
     */
    Uni<Void> save(RefreshToken refreshToken);

    /** Whether a saved token survives the end of the process. */
    boolean durable();
}
