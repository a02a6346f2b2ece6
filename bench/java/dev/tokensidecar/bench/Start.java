package dev.tokensidecar.bench;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measures the time from the start of a process until a caller has the first token, for each kind of process in turns. */
final class Start implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final String PLAIN = "plain `java -jar`";
    private static final String IMAGE = "JVM image: jlink, AOT cache";
    private static final String WITH_USERS = "the same with a token of users (`grant.subject=request`)";
    private static final String PREFIX = "SIDECAR_TOKENS_ORDERS_";
    private static final double MAX_MILLIS = 600;
    private static final double MAX_RATIO = 0.35;

    @Override
    public String name() {
        return "Start";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        Map<String, List<Result>> results = new LinkedHashMap<>();
        try (AuthorizationServer server = workbench.server("start", LIFETIME)) {
            kinds.put(PLAIN, new Kind(workbench.plain(), Map.of()));
            kinds.put(IMAGE, new Kind(workbench.image(), Map.of()));
            kinds.put(WITH_USERS, new Kind(workbench.image(), tokenOfUsers(server)));
            workbench
                    .nativeExecutable()
                    .ifPresent(command -> kinds.put("native executable", new Kind(command, Map.of())));
            for (int start = 0; start < workbench.runPlan().starts(); start++) {
                for (Map.Entry<String, Kind> kind : kinds.entrySet()) {
                    results.computeIfAbsent(kind.getKey(), name -> new ArrayList<>())
                            .add(start(workbench, kind.getValue(), server));
                }
            }
        }
        return section(results);
    }

    /** A kind of process, and what it is configured for besides the token that all have. */
    private record Kind(List<String> command, Map<String, String> settings) {}

    private record Result(double millis, double anonymousMegabytes) {}

    private static Map<String, String> tokenOfUsers(AuthorizationServer server) {
        return Map.of(
                PREFIX + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                server.tokenEndpoint(),
                PREFIX + "CLIENT_ID",
                DemoOptions.CLIENT_ID,
                PREFIX + "CLIENT_SECRET_FILE",
                server.secretFile().toString(),
                PREFIX + "GRANT_TYPE",
                "token_exchange",
                PREFIX + "GRANT_SUBJECT",
                "request",
                PREFIX + "GRANT_SUBJECT_TOKEN_TYPE",
                "urn:ietf:params:oauth:token-type:access_token");
    }

    private static Result start(Workbench workbench, Kind kind, AuthorizationServer server) throws IOException {
        long start = System.nanoTime();
        try (SidecarProcess sidecar = workbench.start(kind.command(), server, kind.settings())) {
            FirstResponse.await(sidecar, sidecar.api("/token"));
            double millis = (System.nanoTime() - start) / 1e6;
            return new Result(millis, ProcessMemory.of(sidecar.pid()).anonymousMegabytes());
        }
    }

    private static List<Double> all(List<Result> results, ToDoubleFunction<Result> figure) {
        return results.stream().mapToDouble(figure).boxed().toList();
    }

    private static Section section(Map<String, List<Result>> results) {
        double plain = Median.of(all(results.getOrDefault(PLAIN, List.of()), Result::millis));
        double image = Median.of(all(results.getOrDefault(IMAGE, List.of()), Result::millis));
        Table table = Table.of(
                "process", "starts", "median, ms", "fastest, ms", "median / plain median", "anonymous then, MiB");
        for (Map.Entry<String, List<Result>> kind : results.entrySet()) {
            List<Double> millis = all(kind.getValue(), Result::millis);
            double median = Median.of(millis);
            table = table.row(
                    kind.getKey(),
                    Numbers.count(millis.size()),
                    Numbers.whole(median),
                    Numbers.whole(Collections.min(millis)),
                    Numbers.twoDecimals(median / plain),
                    Numbers.oneDecimal(Median.of(all(kind.getValue(), Result::anonymousMegabytes))));
        }
        return Section.of(
                        "Start",
                        "The time from the start of the process until a caller has the first token. The authorization server is on loopback, without TLS.")
                .with(table)
                .with(Target.of(
                        "start, JVM with AOT cache",
                        "first token within %.0f ms, and at most %s plain `java -jar`"
                                .formatted(MAX_MILLIS, Numbers.factor(MAX_RATIO)),
                        "%s ms, %s".formatted(Numbers.whole(image), Numbers.factor(image / plain)),
                        image <= MAX_MILLIS && image / plain <= MAX_RATIO));
    }
}
