package dev.tokensidecar.kill;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.demo.Stats;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The demo authorization server, with a grace period or without one. */
final class DemoScene implements KillScene, AutoCloseable {

    private final Duration grace;
    private final SidecarTestBed stage;

    DemoScene(Path directory, Duration grace) {
        this.grace = grace;
        DemoOptions options = DemoOptions.builder()
                .accessTokenLife(Duration.ofSeconds(2))
                .grace(grace)
                .build();
        stage = new SidecarTestBed(directory, Path.of("target", "KillIT.log"), options);
        KillLoop.SETTINGS.forEach(stage::set);
    }

    @Override
    public String name() {
        return "demo server, grace " + grace.toSeconds() + " s";
    }

    @Override
    public Duration secondChance() {
        return grace;
    }

    @Override
    public SidecarProcess start() {
        return stage.start();
    }

    @Override
    public Path stored() {
        return stage.stored();
    }

    @Override
    public boolean works(String accessToken) {
        return stage.works(accessToken);
    }

    @Override
    public void holdAnswers() {
        stage.server().faults().next(Fault.hold().afterProcessing());
    }

    @Override
    public void awaitHeld() {
        stage.server().awaitHeld(1);
    }

    @Override
    public void release() {
        stage.server().release();
    }

    @Override
    public void settle() {
        stage.server().faults().clear();
        release();
        stage.server().awaitEnded((int) stats().tokenRequests());
    }

    @Override
    public List<String> presented() {
        return stage.server().presentedRefreshTokens();
    }

    @Override
    public String newSession() {
        String refreshToken = stage.server().newSession();
        var unused = stage.write("seed", refreshToken);
        return refreshToken;
    }

    Stats stats() {
        return stage.server().stats();
    }

    @Override
    public void close() {
        stage.close();
    }
}
