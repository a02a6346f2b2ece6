package dev.tokensidecar.bench;

import dev.tokensidecar.testing.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A constant load while a short-lived token is renewed ahead of its end, again and again: does anybody notice? */
final class RefreshAhead implements Scenario {

    private static final int PER_SECOND = 5_000;
    private static final Duration LIFE = Duration.ofSeconds(5);
    private static final Duration LATENCY = Duration.ofMillis(50);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final double WANTED = 1.5;

    /** Less than the life, so that each token is renewed in time. */
    private static final Map<String, String> SETTINGS = Map.of("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "1s");

    @Override
    public String name() {
        return "Refresh ahead under load";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("refresh-ahead", LIFE)) {
            server.answerAfter(LATENCY);
            try (SidecarProcess sidecar = workbench.sidecar(server, SETTINGS)) {
                int port = sidecar.api("/").getPort();
                OpenLoadRecord warmUp = new OpenLoad(port, PER_SECOND, WARM_UP).run();
                OpenLoadRecord load =
                        new OpenLoad(port, PER_SECOND, workbench.lengths().refreshLoad()).run();
                List<TokenPost> posts = server.posts().stream()
                        .filter(post -> post.arrivedAt() >= load.begunAt())
                        .toList();
                return section(load, posts, warmUp.errors());
            }
        }
    }

    private static Section section(OpenLoadRecord load, List<TokenPost> posts, int errorsBefore) {
        RefreshMoments moments = new RefreshMoments(load, posts);
        double ratio = moments.during().millis(0.999) / moments.between().millis(0.999);
        int errors = load.errors() + errorsBefore;
        return Section.of(
                        "Refresh ahead under load",
                        "%s requests/s whatever happens, tokens of %d s, an authorization server that answers after %d ms: %s requests, %d refreshes, %d errors. Ratio of p99.9: %s."
                                .formatted(
                                        Text.count(PER_SECOND),
                                        LIFE.toSeconds(),
                                        LATENCY.toMillis(),
                                        Text.count(load.count()),
                                        posts.size(),
                                        errors,
                                        Text.two(ratio)))
                .with(Table.of("requests", "how many", "p50, ms", "p99", "p99.9", "longest")
                        .row(moments.during().cells("during a refresh"))
                        .row(moments.between().cells("between refreshes")))
                .with(new Plot(
                        "refresh",
                        "Latency around a refresh",
                        "ms since the token request arrived",
                        "ms",
                        List.of("set logscale y"),
                        List.of(moments.curve("p99.9", 0.999), moments.curve("p99", 0.99), moments.curve("p50", 0.5))))
                .with(Reach.of(
                        "refresh moment",
                        "p99.9 of requests during a refresh at most %s of those between".formatted(Text.times(WANTED)),
                        Text.times(ratio),
                        ratio <= WANTED))
                .wrongIf(errors > 0, "refresh ahead: " + errors + " errors")
                .wrongIf(posts.isEmpty(), "refresh ahead: no refresh");
    }
}
