package dev.tokensidecar.api;

/** A path names a token that is not configured. */
final class UnknownToken extends RuntimeException {

    UnknownToken() {
        super(null, null, false, false);
    }
}
