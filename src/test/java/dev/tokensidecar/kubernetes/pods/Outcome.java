package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import java.io.IOException;

/** How an application fared. */
final class Outcome {

    private Outcome() {}

    /** All pods have tokens, the session is alive, and nobody has noticed anything. */
    static void assertIsWell(Application application) throws IOException, InterruptedException {
        application.awaitTokens();
        application.awaitRefresh();
        assertSessionIsAlive(application);
        assertThat(application.calls().failed()).as("failed calls").isEmpty();
        assertThat(application.calls().longGaps())
                .as("gaps, the longest is %s", application.calls().longestGap())
                .isZero();
    }

    /** Nobody has used a refresh token twice. */
    static void assertSessionIsAlive(Application application) {
        AuthorizationServer server = application.server();
        assertThat(server.sessionIsAlive()).as("the session is alive").isTrue();
        assertThat(server.rejected()).as("rejected token requests").isZero();
        assertThat(server.presentedAgain())
                .as("refresh tokens that were presented twice")
                .isZero();
    }

    /** Records a measurement. */
    static void record(String what, Application application, String more) {
        Calls calls = application.calls();
        AuthorizationServer server = application.server();
        Figures.record(
                what,
                "%s posts=%d rejected=%d presented_again=%d calls=%d failed_calls=%d longest_gap_ms=%d session=%s"
                        .formatted(
                                more,
                                server.posts(),
                                server.rejected(),
                                server.presentedAgain(),
                                calls.succeeded() + calls.failed().size(),
                                calls.failed().size(),
                                calls.longestGap().toMillis(),
                                server.sessionIsAlive() ? "alive" : "ended"));
    }
}
