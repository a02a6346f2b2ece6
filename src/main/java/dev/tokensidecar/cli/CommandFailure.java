package dev.tokensidecar.cli;

/** A command that cannot do what it was asked for. The message says what to do, in one line, and shows no credential. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
