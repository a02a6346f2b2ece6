package dev.tokensidecar.token;

/** A response of a token endpoint that has acted on the request (RFC 6749 section 5.1): the refresh token may be rotated. */
public sealed interface SuccessfulResponse permits TokenResponse, UnusableResponse {}
