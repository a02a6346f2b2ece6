package dev.tokensidecar.api;

/** The authorization server has not sent a further field with the current token. The message says what to do. */
final class FieldNotSent extends RuntimeException {

    FieldNotSent(String name) {
        super(
                "the authorization server has sent no " + name
                        + " with this token: ask for it, with another scope for instance",
                null,
                false,
                false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
