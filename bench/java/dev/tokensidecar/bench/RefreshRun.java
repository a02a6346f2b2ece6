package dev.tokensidecar.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A constant load, while a sidecar keeps refreshing its token.
 *
 * @param posts the token requests during the load, the oldest first
 * @param requests the number of requests, without the warm-up
 * @param errors the number of requests that got no token, with the warm-up
 */
record RefreshRun(RefreshMoments moments, List<TokenPost> posts, int requests, int errors) {

    private static final int PER_SECOND = 5_000;
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** Copies the list. */
    RefreshRun {
        posts = List.copyOf(posts);
    }

    /** @param port the port that gets the load; it need not belong to the sidecar that refreshes */
    static RefreshRun measure(int port, Duration length, AuthorizationServer server)
            throws IOException, InterruptedException {
        OpenLoadRecord warmUp = new OpenLoad(port, PER_SECOND, WARM_UP).run();
        OpenLoadRecord load = new OpenLoad(port, PER_SECOND, length).run();
        List<TokenPost> posts = server.posts().stream()
                .filter(post -> post.arrivedAt() >= load.startedAt())
                .toList();
        return new RefreshRun(new RefreshMoments(load, posts), posts, load.count(), load.errors() + warmUp.errors());
    }

    static String rate() {
        return Numbers.count(PER_SECOND);
    }

    /** Returns the p99.9 of requests during a refresh, divided by the p99.9 of those between refreshes. */
    double ratio() {
        return moments.during().millis(0.999) / moments.between().millis(0.999);
    }

    Table addTo(Table table, String name) {
        return table.row(moments.during().cells(name + ", during a refresh"))
                .row(moments.between().cells(name + ", between refreshes"));
    }
}
