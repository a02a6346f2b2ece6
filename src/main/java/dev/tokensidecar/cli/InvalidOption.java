package dev.tokensidecar.cli;

/** The value of an option that a wired command does not accept. The message says what to write, and shows no credential. */
public final class InvalidOption extends RuntimeException {

    private static final long serialVersionUID = 1;

    public InvalidOption(String message) {
        super(message);
    }
}
