package dev.tokensidecar.cli;

/** Port to whatever logs a person in. */
@FunctionalInterface
public interface PersonLogin {

    /**
     * Waits until a person has logged in, and delivers the refresh token.
     *
     * @throws InvalidOption if the value of an option is invalid
     * @throws CommandFailure if there is no refresh token
     */
    void run(LoginOptions options, Terminal terminal);
}
