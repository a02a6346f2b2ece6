package dev.tokensidecar.api;

/** A malformed parameter or header. The message tells the caller what to send instead. */
final class InvalidRequest extends RuntimeException {

    InvalidRequest(String message) {
        super(message, null, false, false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
