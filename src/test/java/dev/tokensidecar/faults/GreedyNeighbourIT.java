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

/** One user of the pod has taken the whole queue, and a process of another one needs a token. */
@Timeout(120)
class GreedyNeighbourIT {

    private static final int PLACES = 20;

    @TempDir
    Path directory;

    @Test
    void aCallerOfAnotherUserGetsAPlaceInAFullQueue() throws Exception {
        Path log = Path.of("target", "GreedyNeighbourIT.log");
        try (SidecarTestBed testBed = new SidecarTestBed(directory, log, DemoOptions.defaults())) {
            testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAITERS", Integer.toString(PLACES));
            testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "25s");
            testBed.server().faults().next(Fault.hold());
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitLive();
                testBed.server().awaitHeld(1);
                List<CompletableFuture<HttpResponse<String>>> greedy = IntStream.range(0, PLACES)
                        .mapToObj(caller -> testBed.ask(sidecar.api("/token")))
                        .toList();
                sidecar.awaitWaiters(PLACES);
                assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

                try (ChildProcess modest = askAsAnotherUser(sidecar)) {
                    HttpResponse<String> pushedOut = SidecarTestBed.answer(first(greedy));
                    testBed.server().release();

                    assertThat(modest.awaitExit(Duration.ofSeconds(30))).isZero();
                    assertThat(testBed.works(modest.log())).isTrue();
                    assertThat(pushedOut.statusCode()).isEqualTo(503);
                    assertThat(pushedOut.body()).contains("too_many_waiters");
                    assertThat(greedy.stream().map(SidecarTestBed::answer).filter(answer -> answer.statusCode() == 200))
                            .hasSize(PLACES - 1);
                }
            }
        }
    }

    private static ChildProcess askAsAnotherUser(SidecarProcess sidecar) {
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
                Path.of("target", "GreedyNeighbourIT-curl.log"));
    }

    @SuppressWarnings("unchecked")
    private static CompletableFuture<HttpResponse<String>> first(List<CompletableFuture<HttpResponse<String>>> some) {
        return CompletableFuture.anyOf(some.toArray(CompletableFuture[]::new))
                .thenApply(answer -> (HttpResponse<String>) answer);
    }
}
