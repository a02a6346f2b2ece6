package dev.tokensidecar.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RecordingClient;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Everything that can happen to a process, up to a crash. */
final class LeakExercise {

    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final RecordingClient client;

    LeakExercise(DemoAuthorizationServer server, SidecarProcess sidecar, RecordingClient client) {
        this.server = server;
        this.sidecar = sidecar;
        this.client = client;
    }

    /** Makes every kind of request while nothing fails. */
    void callEverything() throws Exception {
        client.request("?min_ttl=60");
        client.report(client.token());
        client.reportHash(client.token());
        client.misplace(client.token());
        new RecordingClient(sidecar.api("/"), sidecar.management("/")).misplace(client.token());
        server.faults().next(Fault.sameAccessToken());
        client.report(client.token());
        timeOutWhileARefreshIsHeld();
        client.requestDescriptions();
    }

    private void timeOutWhileARefreshIsHeld() throws Exception {
        String token = client.token();
        server.faults().next(Fault.hold());
        CompletableFuture<Void> patient = inBackground(() -> client.report(token));
        server.awaitHeld(1);
        client.reportHash(token, "Prefer", "wait=0");
        server.release();
        patient.join();
    }

    /** Makes requests while the authorization server responds with this fault. */
    void failWith(Fault fault) throws Exception {
        server.faults().always(fault);
        client.report(client.token());
        client.reportHash(client.token());
        client.requestDescriptions();
        server.faults().clear();
        sidecar.awaitState("idle");
    }

    /** Kills the sidecar after the server has rotated the refresh token and before the response arrives. */
    void crash() throws Exception {
        String token = client.token();
        server.faults().next(Fault.hold().afterProcessing());
        CompletableFuture<Void> interrupted = inBackground(() -> client.report(token));
        server.awaitHeld(1);
        sidecar.kill();
        assertThat(interrupted).failsWithin(Duration.ofSeconds(30));
    }

    /** A call that blocks. */
    @FunctionalInterface
    private interface Call {
        void run() throws IOException, InterruptedException;
    }

    private static CompletableFuture<Void> inBackground(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                call.run();
                return null;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
