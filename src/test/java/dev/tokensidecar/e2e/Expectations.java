package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/** How it goes with a sidecar in its scene, told by its callers and its log. */
final class Expectations {

    private Expectations() {}

    /** It gets a token and renews it three times, and no credential shows in its log. The last token. */
    static JsonObject renewals(ServerTestBed scene) throws InterruptedException {
        scene.renewOnEachReport();
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            JsonObject last = callers.tokenAfterRenewals(3, callers.token("/token"));

            noCredentials(scene, sidecar);
            assertThat(sidecar.log()).doesNotContain(last.getString("access_token"));
            return last;
        }
    }

    /** It tells its callers that an operator is needed, in the server's words, and no credential shows in its log. */
    static void misconfiguration(ServerTestBed scene, String word) throws InterruptedException {
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();

            misconfiguration(callers.ask("/token"), word);

            noCredentials(scene, sidecar);
        }
    }

    /** The answer says so. */
    static void misconfiguration(HttpResponse<String> answer, String word) {
        Callers.assertProblem(answer, 500, "configuration", "fix-configuration");
        assertThat(new JsonObject(answer.body()).getString("detail")).contains(word);
    }

    /** Nothing that the sidecar has shown to the server is in its log. */
    static void noCredentials(ServerTestBed scene, SidecarProcess sidecar) {
        assertThat(scene.posted().stream().filter(sidecar.log()::contains)).isEmpty();
    }
}
