package dev.tokensidecar.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A constant load upon somebody while a sidecar renews its token again and again.
 *
 * @param posts token requests meanwhile, the oldest first
 * @param errors requests without a token, those of the warm-up included
 */
record RefreshRun(RefreshMoments moments, List<TokenPost> posts, int requests, int errors) {

    private static final int PER_SECOND = 5_000;
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** Copies the list. */
    RefreshRun {
        posts = List.copyOf(posts);
    }

    /** @param port of whoever is asked; the sidecar that renews may be another one */
    static RefreshRun measure(int port, Duration length, AuthorizationServer server)
            throws IOException, InterruptedException {
        OpenLoadRecord warmUp = new OpenLoad(port, PER_SECOND, WARM_UP).run();
        OpenLoadRecord load = new OpenLoad(port, PER_SECOND, length).run();
        List<TokenPost> posts = server.posts().stream()
                .filter(post -> post.arrivedAt() >= load.begunAt())
                .toList();
        return new RefreshRun(new RefreshMoments(load, posts), posts, load.count(), load.errors() + warmUp.errors());
    }

    static String rate() {
        return Text.count(PER_SECOND);
    }

    /** p99.9 of requests during a refresh to that of those between. */
    double ratio() {
        return moments.during().millis(0.999) / moments.between().millis(0.999);
    }

    Table in(Table table, String who) {
        return table.row(moments.during().cells(who + ", during a refresh"))
                .row(moments.between().cells(who + ", between refreshes"));
    }
}
