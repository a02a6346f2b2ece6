package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.LoginCommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A public client, whose user logs in and consents at the pages of oidc-provider, or does not. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderLoginIT {

    private final LoginTestBed testBed;

    OidcProviderLoginIT(OidcProviderServer server, @TempDir Path directory) throws Exception {
        testBed = new LoginTestBed(server.uri().toString(), "login", directory, "oidc-provider-login");
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "none");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void whoConsentsHasASession() throws Exception {
        try (LoginCommandRun login = testBed.logIn("--no-browser")) {
            testBed.browser().open(login.awaitAddress());
            testBed.fill("input[name=login]", "alice");
            testBed.fill("input[name=password]", "alice");
            testBed.browser().click("button[type=submit]");
            testBed.browser().awaitText("body", "Authorize");
            testBed.browser().click("button[type=submit]");
            testBed.browser().awaitText("h1", "You are logged in");

            assertThat(login.awaitExit()).isZero();
        }
        testBed.assertTheSidecarRuns();
    }

    @Test
    void whoCancelsEndsTheCommand() throws Exception {
        try (LoginCommandRun login = testBed.logIn("--no-browser")) {
            testBed.browser().open(login.awaitAddress());
            testBed.browser().click("a[href$=abort]");
            testBed.browser().awaitText("h1", "The login has failed");

            assertThat(login.awaitExit()).isEqualTo(1);
            assertThat(login.log()).contains("the authorization server granted no access (access_denied");
        }
        assertThat(testBed.file("refresh-token")).doesNotExist();
    }
}
