package dev.tokensidecar.token;

import java.time.Duration;

/**
 * Observes one refresh from its start to its end. Like a {@link TokenListener}, an observer returns quickly and never
 * blocks or throws.
 */
public interface RefreshObserver {

    /** Observes nothing. */
    RefreshObserver NONE = new RefreshObserver() {};

    /**
     * The refresh obtained an access token, and callers can have it.
     *
     * @param refreshTokenPersisted whether a restarted process finds the refresh token, or needs none
     */
    default void succeeded(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {}

    /** Another process had obtained an access token, so no request was sent, and callers can have that token. */
    default void adopted(LastRefresh refresh, AccessToken token) {}

    /**
     * The refresh failed.
     *
     * @param pause the next refresh starts no earlier than this
     * @param tokenStillUsable whether callers still get the current access token
     */
    default void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {}
}
