package dev.tokensidecar.cli;

/** How a program asks its helper for credentials. */
interface CredentialProtocol {

    /**
     * Answers one request: prints what the protocol wants, and nothing else.
     *
     * @param operation what the program wants, as the last argument of the command; empty if there was none
     * @throws CommandFailure if there is no answer
     */
    void answer(String operation, CredentialRequest request);
}
