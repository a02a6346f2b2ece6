package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/** Assertions about a sidecar, from its responses and its log. */
final class Expectations {

    private Expectations() {}

    /**
     * Asserts that the sidecar gets a token, renews it three times, and logs no credential.
     *
     * @return the last token
     */
    static JsonObject renewals(ServerTestBed testBed) throws InterruptedException {
        testBed.renewOnEachReport();
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            JsonObject last = callers.tokenAfterRenewals(3, callers.token("/token"));

            noCredentials(testBed, sidecar);
            assertThat(sidecar.log()).doesNotContain(last.getString("access_token"));
            return last;
        }
    }

    /**
     * Asserts that callers get a configuration error with this word of the server, and that the sidecar logs no credential.
     */
    static void misconfiguration(ServerTestBed testBed, String word) throws InterruptedException {
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();

            misconfiguration(callers.ask("/token"), word);

            noCredentials(testBed, sidecar);
        }
    }

    /** Asserts that the response is a configuration error with this word. */
    static void misconfiguration(HttpResponse<String> response, String word) {
        Callers.assertProblem(response, 500, "configuration", "fix-configuration");
        assertThat(new JsonObject(response.body()).getString("detail")).contains(word);
    }

    /** Asserts that the log contains no credential that the sidecar sent to the server. */
    static void noCredentials(ServerTestBed testBed, SidecarProcess sidecar) {
        assertThat(testBed.posted().stream().filter(sidecar.log()::contains)).isEmpty();
    }
}
