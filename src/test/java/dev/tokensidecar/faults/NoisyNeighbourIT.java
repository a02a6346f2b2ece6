package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One user of the pod fills the queue, and a process of another user needs a token. */
@Timeout(120)
class NoisyNeighbourIT {

    private static final int MAX_WAITERS = 20;

    @TempDir
    Path directory;

    @Test
    void aCallerOfAnotherUserIsAdmittedToAFullQueue() throws Exception {
        Path log = Path.of("target", "NoisyNeighbourIT.log");
        try (SidecarTestBed testBed = new SidecarTestBed(directory, log, DemoOptions.defaults())) {
            testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAITERS", Integer.toString(MAX_WAITERS));
            testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "25s");
            testBed.server().faults().next(Fault.hold());
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitLive();
                testBed.server().awaitHeld(1);
                List<CompletableFuture<HttpResponse<String>>> noisy = IntStream.range(0, MAX_WAITERS)
                        .mapToObj(caller -> testBed.getAsync(sidecar.api("/token")))
                        .toList();
                sidecar.awaitWaiters(MAX_WAITERS);
                assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

                try (ChildProcess other = requestAsAnotherUser(sidecar)) {
                    HttpResponse<String> displaced = SidecarTestBed.await(firstOf(noisy));
                    testBed.server().release();

                    assertThat(other.awaitExit(Duration.ofSeconds(30))).isZero();
                    assertThat(testBed.apiAccepts(other.log())).isTrue();
                    assertThat(displaced.statusCode()).isEqualTo(503);
                    assertThat(displaced.body()).contains("too_many_waiters");
                    assertThat(noisy.stream()
                                    .map(SidecarTestBed::await)
                                    .filter(response -> response.statusCode() == 200))
                            .hasSize(MAX_WAITERS - 1);
                }
            }
        }
    }

    private static ChildProcess requestAsAnotherUser(SidecarProcess sidecar) {
        return ChildProcess.start(
                List.of(
                        "setpriv",
                        "--reuid=10001",
                        "--regid=10001",
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "--fail",
                        "-H",
                        "Accept: text/plain",
                        sidecar.api("/token").toString()),
                Map.of(),
                Path.of("target", "NoisyNeighbourIT-curl.log"));
    }

    @SuppressWarnings("unchecked")
    private static CompletableFuture<HttpResponse<String>> firstOf(
            List<CompletableFuture<HttpResponse<String>>> futures) {
        return CompletableFuture.anyOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(response -> (HttpResponse<String>) response);
    }
}
