package dev.tokensidecar.api;

/** The path names a token that is not configured. */
final class UnknownToken extends RuntimeException {

    UnknownToken() {
        super(null, null, false, false);
    }
}
