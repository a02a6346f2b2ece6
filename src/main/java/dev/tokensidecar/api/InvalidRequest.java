package dev.tokensidecar.api;

/** A parameter or a header that cannot be understood; the message tells the caller what to send instead. */
final class InvalidRequest extends RuntimeException {

    InvalidRequest(String message) {
        super(message, null, false, false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
