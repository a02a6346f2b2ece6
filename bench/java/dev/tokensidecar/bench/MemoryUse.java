package dev.tokensidecar.bench;

import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Measures the memory of one process of the image: idle, after many requests, and after the largest herd. */
final class MemoryUse implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final Duration BURST = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 32;
    private static final int MAX_IDLE = 100;
    private static final int MAX_AFTER_HERD = 128;

    @Override
    public String name() {
        return "Memory";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        RunPlan runPlan = workbench.runPlan();
        try (AuthorizationServer server = workbench.server("memory", LIFETIME);
                SidecarProcess sidecar = workbench.limitedSidecar(server, HerdSetup.limit(runPlan.largestHerd()))) {
            Thread.sleep(runPlan.settling());
            ProcessMemory idle = ProcessMemory.of(sidecar.pid());
            long sent = load(sidecar.api("/token"), runPlan.manyRequests());
            ProcessMemory loaded = ProcessMemory.of(sidecar.pid());
            replaceToken(server, sidecar.api("/").getPort());
            server.respondAfter(HerdSetup.LATENCY);
            try (HerdSetup setup = new HerdSetup(server, sidecar, runPlan.largestHerd())) {
                HerdRound round = setup.round();
                return section(runPlan, idle, sent, loaded, round, ProcessMemory.of(sidecar.pid()));
            }
        }
    }

    private static long load(URI target, long requests) throws IOException, InterruptedException {
        long sent = 0;
        while (sent < requests) {
            sent += Wrk.run(target, "application/json", CONNECTIONS, BURST).requests();
        }
        return sent;
    }

    /** Replaces the long-lived token by a short-lived one: reports it as rejected, which forces a refresh. */
    private static void replaceToken(AuthorizationServer server, int port) throws IOException, InterruptedException {
        server.nextLifetime(HerdSetup.LIFETIME);
        String token = get(port, "/token");
        var unused = get(port, "/token?rejected=" + Sha256.hex(token));
    }

    private static String get(int port, String path) {
        try (RawHttp http = RawHttp.send(
                port, "GET " + path + " HTTP/1.1", "Host: localhost", "Accept: text/plain", "Connection: close")) {
            return http.readUntilClosed().body();
        }
    }

    private static Section section(
            RunPlan runPlan,
            ProcessMemory idle,
            long sent,
            ProcessMemory loaded,
            HerdRound round,
            ProcessMemory afterHerd) {
        int errors = round.run().errors();
        String herd = "a herd of " + Numbers.count(runPlan.largestHerd());
        Table table = Table.of("after", "RSS, MiB", "anonymous, MiB", "peak RSS, MiB")
                .row(cells("%d s of rest".formatted(runPlan.settling().toSeconds()), idle))
                .row(cells(Numbers.count(sent) + " requests", loaded))
                .row(cells(herd, afterHerd));
        return Section.of(
                        "Memory",
                        "One process of the JVM image through all three phases, with -XX:MaxRAM=%s."
                                .formatted(HerdSetup.limit(runPlan.largestHerd())))
                .with(table)
                .with(target("memory, idle", MAX_IDLE, idle))
                .with(
                        runPlan.equals(RunPlan.FULL)
                                ? target("memory after " + herd, MAX_AFTER_HERD, afterHerd)
                                : Target.notMeasured("memory after a herd of 10,000", atMost(MAX_AFTER_HERD)))
                .failIf(errors > 0, "memory: %d errors in %s".formatted(errors, herd))
                .failIf(round.posts() != 1, "memory: %d token requests by %s".formatted(round.posts(), herd));
    }

    private static Target target(String figure, int megabytes, ProcessMemory memory) {
        return Target.of(
                figure,
                atMost(megabytes),
                memory.residentMegabytes() + " MiB",
                memory.residentMegabytes() <= megabytes);
    }

    private static String atMost(int megabytes) {
        return "at most " + megabytes + " MiB RSS";
    }

    private static String[] cells(String phase, ProcessMemory memory) {
        return new String[] {
            phase,
            Numbers.count(memory.residentMegabytes()),
            Numbers.count(memory.anonymousMegabytes()),
            Numbers.count(memory.peakMegabytes())
        };
    }
}
