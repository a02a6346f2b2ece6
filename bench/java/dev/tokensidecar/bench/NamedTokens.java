package dev.tokensidecar.bench;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures the cost of named tokens, with fresh tokens and without requests. */
final class NamedTokens implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final int KIBIBYTES = 1024;
    private static final int FEW = 100;
    private static final String LIMIT_FOR_MANY = "256m";

    @Override
    public String name() {
        return "Named tokens";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        List<NamedTokensResult> results = new ArrayList<>();
        for (int tokens : workbench.runPlan().namedTokens()) {
            results.add(measure(workbench, tokens));
        }
        return section(results, workbench.runPlan().namedIdle());
    }

    private static NamedTokensResult measure(Workbench workbench, int tokens) throws IOException, InterruptedException {
        Path directory = workbench.path("named-tokens");
        try (AuthorizationServer server = workbench.server("named-tokens", LIFETIME)) {
            Path file = directory.resolve("config").resolve("application.properties");
            Files.createDirectories(file.getParent());
            Files.write(file, settings(server, tokens));
            long start = System.nanoTime();
            try (SidecarProcess sidecar = SidecarProcess.startCommand(
                    directory,
                    workbench.image(limit(tokens)),
                    Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1"),
                    workbench.path("sidecar.log"))) {
                FirstResponse.await(sidecar, sidecar.management("/q/health/started"));
                double millis = (System.nanoTime() - start) / 1e6;
                Thread.sleep(workbench.runPlan().namedSettling());
                Activity activity = Activity.observe(workbench.runPlan().namedIdle(), sidecar.pid());
                return new NamedTokensResult(
                        tokens, server.posts().size(), millis, ProcessMemory.of(sidecar.pid()), activity);
            }
        }
    }

    /** Returns the memory limit. Very many tokens do not fit into the limit of the examples. */
    static String limit(int tokens) {
        return tokens <= FEW ? AssembledImage.LIMIT : LIMIT_FOR_MANY;
    }

    private static List<String> settings(AuthorizationServer server, int tokens) {
        return IntStream.rangeClosed(1, tokens)
                .mapToObj(token -> "sidecar.tokens.t" + token + ".")
                .flatMap(prefix -> List.of(
                        prefix + "authorization-server.token-endpoint=" + server.tokenEndpoint(),
                        prefix + "client.id=" + DemoOptions.CLIENT_ID,
                        prefix + "client.secret-file=" + server.secretFile(),
                        prefix + "grant.type=client_credentials")
                        .stream())
                .toList();
    }

    private static Section section(List<NamedTokensResult> results, Duration time) {
        Table table = Table.of("tokens", "limit", "ready after, ms", "RSS, MiB", "anonymous, MiB", "wake-ups/s", "CPU");
        Section section = Section.of(
                "Named tokens",
                "A start with this many tokens of `client_credentials`, then %d s without requests. One more token costs %s KiB of anonymous memory."
                        .formatted(
                                time.toSeconds(),
                                Numbers.oneDecimal(kibibytesPerToken(results.getFirst(), results.getLast()))));
        for (NamedTokensResult result : results) {
            table = table.row(result.cells(time));
            section = section.failIf(
                    result.posts() != result.tokens(),
                    "%d tokens: %d token requests".formatted(result.tokens(), result.posts()));
        }
        return section.with(table);
    }

    private static double kibibytesPerToken(NamedTokensResult fewest, NamedTokensResult most) {
        double megabytes = most.memory().anonymousMegabytes() - fewest.memory().anonymousMegabytes();
        return KIBIBYTES * megabytes / (most.tokens() - fewest.tokens());
    }
}
