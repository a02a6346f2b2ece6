package dev.tokensidecar.token;

/**
 * What one caller wants to know, and since when.
 *
 * @param since when it was asked
 */
record CallerRequest(TokenRequest request, Caller caller, Moment since) {}
