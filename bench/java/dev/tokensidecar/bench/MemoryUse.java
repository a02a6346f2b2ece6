package dev.tokensidecar.bench;

import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** What one process of the image has in memory: idle, after very many requests, after the largest herd. */
final class MemoryUse implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final Duration BURST = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 32;
    private static final int WANTED_IDLE = 100;
    private static final int WANTED_AFTER_HERD = 128;

    @Override
    public String name() {
        return "Memory";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        Lengths lengths = workbench.lengths();
        try (AuthorizationServer server = workbench.server("memory", LIFETIME);
                SidecarProcess sidecar = workbench.limitedSidecar(server, HerdScene.limit(lengths.largestHerd()))) {
            Thread.sleep(lengths.settling());
            ProcessMemory idle = ProcessMemory.of(sidecar.pid());
            long sent = load(sidecar.api("/token"), lengths.manyRequests());
            ProcessMemory loaded = ProcessMemory.of(sidecar.pid());
            shorten(server, sidecar.api("/").getPort());
            server.answerAfter(HerdScene.LATENCY);
            try (HerdScene scene = new HerdScene(server, sidecar, lengths.largestHerd())) {
                HerdRound round = scene.round();
                return section(lengths, idle, sent, loaded, round, ProcessMemory.of(sidecar.pid()));
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

    /** The next token is one that ends soon; a caller who says that an API rejects the current one gets it at once. */
    private static void shorten(AuthorizationServer server, int port) throws IOException, InterruptedException {
        server.nextLifetime(HerdScene.LIFETIME);
        String token = ask(port, "/token");
        var unused = ask(port, "/token?rejected=" + Sha256.hex(token));
    }

    private static String ask(int port, String path) {
        try (RawHttp http = RawHttp.send(
                port, "GET " + path + " HTTP/1.1", "Host: localhost", "Accept: text/plain", "Connection: close")) {
            return http.readUntilClosed().body();
        }
    }

    private static Section section(
            Lengths lengths,
            ProcessMemory idle,
            long sent,
            ProcessMemory loaded,
            HerdRound round,
            ProcessMemory afterHerd) {
        int errors = round.run().errors();
        String herd = "a herd of " + Text.count(lengths.largestHerd());
        Table table = Table.of("after", "RSS, MiB", "anonymous, MiB", "peak RSS, MiB")
                .row(cells("%d s of rest".formatted(lengths.settling().toSeconds()), idle))
                .row(cells(Text.count(sent) + " requests", loaded))
                .row(cells(herd, afterHerd));
        return Section.of(
                        "Memory",
                        "One process of the JVM image, one after the other, with -XX:MaxRAM=%s."
                                .formatted(HerdScene.limit(lengths.largestHerd())))
                .with(table)
                .with(reach("memory, idle", WANTED_IDLE, idle))
                .with(
                        lengths.equals(Lengths.FULL)
                                ? reach("memory after " + herd, WANTED_AFTER_HERD, afterHerd)
                                : Reach.notMeasured("memory after a herd of 10,000", wanted(WANTED_AFTER_HERD)))
                .wrongIf(errors > 0, "memory: %d errors in %s".formatted(errors, herd))
                .wrongIf(round.posts() != 1, "memory: %d token requests by %s".formatted(round.posts(), herd));
    }

    private static Reach reach(String figure, int megabytes, ProcessMemory memory) {
        return Reach.of(
                figure,
                wanted(megabytes),
                memory.residentMegabytes() + " MiB",
                memory.residentMegabytes() <= megabytes);
    }

    private static String wanted(int megabytes) {
        return "at most " + megabytes + " MiB RSS";
    }

    private static String[] cells(String when, ProcessMemory memory) {
        return new String[] {
            when,
            Text.count(memory.residentMegabytes()),
            Text.count(memory.anonymousMegabytes()),
            Text.count(memory.peakMegabytes())
        };
    }
}
