package dev.tokensidecar.token;

import org.jspecify.annotations.Nullable;

/**
 * What a successful refresh leaves behind, ready to be published.
 *
 * @param token the new access token
 * @param refreshToken the refresh token to present next time: the new one, or the old one where none was given
 * @param rotated whether it is a new one
 * @param saved whether a restart would find the new one; without meaning for an old one
 */
record Grant(AccessToken token, @Nullable RefreshToken refreshToken, boolean rotated, boolean saved) {}
