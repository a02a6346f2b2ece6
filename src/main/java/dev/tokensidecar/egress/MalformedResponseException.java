package dev.tokensidecar.egress;

/** Thrown when a server's response violates HTTP. The message quotes nothing from the response. */
public final class MalformedResponseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedResponseException(String message) {
        super(message, null, false, false);
    }
}
