package dev.tokensidecar.token;

/** What a token endpoint replies when it has acted on a request. It may have rotated the refresh token. */
public sealed interface TokenReply permits TokenResponse, UnusableResponse {}
