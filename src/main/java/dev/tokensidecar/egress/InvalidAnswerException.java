package dev.tokensidecar.egress;

/** A server's answer breaks the rules of HTTP. The message quotes nothing of it. */
public final class InvalidAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidAnswerException(String message) {
        super(message, null, false, false);
    }
}
