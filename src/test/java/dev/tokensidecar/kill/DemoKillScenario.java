package dev.tokensidecar.kill;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.demo.Stats;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The demo authorization server, with or without a grace period. */
final class DemoKillScenario implements KillScenario, AutoCloseable {

    private final Duration grace;
    private final SidecarTestBed testBed;

    DemoKillScenario(Path directory, Duration grace) {
        this.grace = grace;
        DemoOptions options = DemoOptions.builder()
                .accessTokenLifetime(Duration.ofSeconds(2))
                .grace(grace)
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", "KillIT.log"), options);
        KillLoop.SETTINGS.forEach(testBed::set);
    }

    @Override
    public String name() {
        return "demo server, grace " + grace.toSeconds() + " s";
    }

    @Override
    public Duration gracePeriod() {
        return grace;
    }

    @Override
    public SidecarProcess start() {
        return testBed.start();
    }

    @Override
    public Path storeFile() {
        return testBed.storeFile();
    }

    @Override
    public boolean accepts(String accessToken) {
        return testBed.apiAccepts(accessToken);
    }

    @Override
    public void holdResponses() {
        testBed.server().faults().next(Fault.hold().afterProcessing());
    }

    @Override
    public void awaitHeld() {
        testBed.server().awaitHeld(1);
    }

    @Override
    public void release() {
        testBed.server().release();
    }

    @Override
    public void settle() {
        testBed.server().faults().clear();
        release();
        testBed.server().awaitEnded((int) stats().tokenRequests());
    }

    @Override
    public List<String> presented() {
        return testBed.server().presentedRefreshTokens();
    }

    @Override
    public String newSession() {
        String refreshToken = testBed.server().newSession();
        var unused = testBed.write("seed", refreshToken);
        return refreshToken;
    }

    Stats stats() {
        return testBed.server().stats();
    }

    @Override
    public void close() {
        testBed.close();
    }
}
