package dev.tokensidecar.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RecordingClient;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** All that can happen to a process in its life, up to a violent death. */
final class LeakExercise {

    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final RecordingClient visitor;

    LeakExercise(DemoAuthorizationServer server, SidecarProcess sidecar, RecordingClient visitor) {
        this.server = server;
        this.sidecar = sidecar;
        this.visitor = visitor;
    }

    /** Everything that callers can ask while nothing is wrong. */
    void live() throws Exception {
        visitor.request("?min_ttl=60");
        visitor.report(visitor.token());
        visitor.reportHash(visitor.token());
        visitor.misplace(visitor.token());
        new RecordingClient(sidecar.api("/"), sidecar.management("/")).misplace(visitor.token());
        server.faults().next(Fault.sameAccessToken());
        visitor.report(visitor.token());
        giveUpWaiting();
        visitor.look();
    }

    private void giveUpWaiting() throws Exception {
        String token = visitor.token();
        server.faults().next(Fault.hold());
        CompletableFuture<Void> patient = inBackground(() -> visitor.report(token));
        server.awaitHeld(1);
        visitor.reportHash(token, "Prefer", "wait=0");
        server.release();
        patient.join();
    }

    /** Everything that callers can ask while this is wrong. */
    void fail(Fault fault) throws Exception {
        server.faults().always(fault);
        visitor.report(visitor.token());
        visitor.reportHash(visitor.token());
        visitor.look();
        server.faults().clear();
        sidecar.awaitState("idle");
    }

    /** Dies while the authorization server has rotated the refresh token and its answer is on the way. */
    void crash() throws Exception {
        String token = visitor.token();
        server.faults().next(Fault.hold().afterProcessing());
        CompletableFuture<Void> cutOff = inBackground(() -> visitor.report(token));
        server.awaitHeld(1);
        sidecar.kill();
        assertThat(cutOff).failsWithin(Duration.ofSeconds(30));
    }

    /** A call that takes a while. */
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
