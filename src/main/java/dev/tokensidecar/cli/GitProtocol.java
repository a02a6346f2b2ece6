package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.token.Secret;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * The credential helpers of Git (gitcredentials, git-credential). Git calls the helper with {@code get} before a request,
 * with {@code store} after a server has accepted the credential, and with {@code erase} after one has rejected it.
 */
final class GitProtocol implements CredentialProtocol {

    /** The user name of GitLab for access tokens; most other servers ignore the name. */
    private static final String USERNAME = "oauth2";

    @Override
    public void answer(String operation, CredentialRequest request) {
        switch (operation) {
            case "get" -> get(request);
            case "erase" -> erase(request);
            case "" ->
                throw new CommandFailure("git adds get, store or erase: name this command as a credential.helper");
            default -> {
                // store: the sidecar has the token already. Git demands that a helper ignores what it does not know.
            }
        }
    }

    private static void get(CredentialRequest request) {
        GitAttributes wanted = GitAttributes.read(request.terminal().in());
        Credential credential = request.source().get();
        PrintStream out = new PrintStream(request.terminal().out(), false, UTF_8);
        if (wanted.bearer()) {
            print(out, "capability[]", "authtype");
            print(out, "authtype", "Bearer");
            print(out, "credential", credential.value().reveal());
            // tells the helpers that Git asks afterwards not to keep it
            print(out, "ephemeral", "1");
        } else {
            String username = wanted.value("username");
            print(out, "username", username == null ? request.usernameOr(USERNAME) : username);
            print(out, "password", credential.value().reveal());
        }
        if (credential.expiresAt() != null) {
            print(
                    out,
                    "password_expiry_utc",
                    Long.toString(credential.expiresAt().getEpochSecond()));
        }
        out.flush();
    }

    private static void print(PrintStream out, String key, String value) {
        out.print(key + "=" + value + "\n");
    }

    private static void erase(CredentialRequest request) {
        GitAttributes erased = GitAttributes.read(request.terminal().in());
        String rejected = firstOf(erased.value("credential"), erased.value("password"));
        if (rejected != null && !rejected.isEmpty()) {
            request.source().reject(Secret.of(rejected));
        }
    }

    private static @Nullable String firstOf(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }
}
