package dev.tokensidecar.token;

/**
 * A caller and what it asks for.
 *
 * @param since when the request arrived
 */
record CallerRequest(TokenRequest request, Caller caller, Moment since) {}
