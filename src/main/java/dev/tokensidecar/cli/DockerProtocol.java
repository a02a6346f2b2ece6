package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/**
 * The credential helpers of Docker, Podman and others. They call {@code get} with the address of the registry on standard
 * input, and show what a helper that failed has written to its standard output.
 */
final class DockerProtocol implements CredentialProtocol {

    /** The user name of some large registries for access tokens; others ignore the name. */
    private static final String USERNAME = "oauth2accesstoken";

    @Override
    public void answer(String operation, CredentialRequest request) {
        switch (operation) {
            case "get" -> get(request);
            case "list" -> request.terminal().out().println("{}");
            case "store", "erase" -> {
                // the sidecar has the token already, and keeps it
            }
            default ->
                throw new CommandFailure(
                        "docker adds get, list, store or erase: call this command from a script docker-credential-NAME");
        }
    }

    private static void get(CredentialRequest request) {
        String registry = input(request.terminal().in());
        try {
            Credential credential = request.source().get();
            request.terminal().out().println(FlatJson.write(json -> {
                json.writeStringField("ServerURL", registry);
                json.writeStringField("Username", request.usernameOr(USERNAME));
                json.writeStringField("Secret", credential.value().reveal());
            }));
        } catch (CommandFailure failure) {
            request.terminal().out().println("token-sidecar: " + failure.getMessage());
            throw failure;
        }
    }

    private static String input(InputStream in) {
        try {
            return new String(in.readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new CommandFailure("the address of the registry cannot be read", e);
        }
    }
}
