package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.browser.Browser;
import dev.tokensidecar.testing.process.LoginCommandRun;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** One configuration for {@code login} and for the sidecar, and the browser of the person who logs in. */
final class LoginTestBed implements AutoCloseable {

    private final Path directory;
    private final String name;
    private final Map<String, String> environment = new HashMap<>();
    private final Browser browser;

    /** @param name names the logs */
    LoginTestBed(String issuer, String clientId, Path directory, String name) throws Exception {
        this.directory = directory;
        this.name = name;
        browser = new Browser(Path.of("target", name + "-browser.log"));
        set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", issuer);
        set("SIDECAR_TOKEN_CLIENT_ID", clientId);
        set("SIDECAR_TOKEN_GRANT_SCOPE", "openid offline_access");
        set("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", file("refresh-token").toString());
        set("SIDECAR_TOKEN_STORE_FILE", file("state").toString());
    }

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** Sets a variable to the path of a file with this content. */
    void setFile(String variable, String file, String content) throws IOException {
        set(variable, Files.writeString(file(file), content).toString());
    }

    Path file(String file) {
        return directory.resolve(file);
    }

    Browser browser() {
        return browser;
    }

    LoginCommandRun logIn(String... arguments) {
        return LoginCommandRun.start(directory, environment, Path.of("target", name + "-login.log"), arguments);
    }

    /** Writes into a field of the page. */
    void fill(String selector, String text) throws Exception {
        var unused = browser.evaluate("document.querySelector('" + selector + "').value = '" + text + "'");
    }

    /** Starts the sidecar with the same configuration, and has it refresh twice. */
    void assertTheSidecarRuns() throws Exception {
        set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SidecarProcess sidecar = SidecarProcess.start(environment, Path.of("target", name + ".log"));
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject first = callers.token("/token");

            assertThat(callers.tokenInsteadOf(first).getLong("generation")).isEqualTo(2);
        }
    }

    @Override
    public void close() {
        browser.close();
    }
}
