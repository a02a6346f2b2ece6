package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A sidecar whose token is over, and callers who want one. It has its usual settings: two refreshes that nobody forced are
 * five seconds apart. Tokens that cannot be used for as long are over for a moment, therefore, and that is when the callers come.
 */
final class HerdScene implements AutoCloseable {

    /** The last sixth of it is not served. */
    static final Duration LIFETIME = Duration.ofSeconds(5);

    static final Duration LATENCY = Duration.ofMillis(200);

    /** As many callers as the examples' pods let wait, and the limits of memory for those and for more. */
    private static final int FEW = 2_000;

    private static final String LIMIT_FOR_MANY = "256m";

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration EARLY = Duration.ofMillis(10);
    private static final Duration LEAST_REST = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AuthorizationServer server;
    private final SidecarProcess sidecar;
    private final HerdClient callers;

    /** Opens the connections. */
    HerdScene(AuthorizationServer server, SidecarProcess sidecar, int number) throws IOException {
        this.server = server;
        this.sidecar = sidecar;
        this.callers = new HerdClient(sidecar.api("/").getPort(), number);
    }

    /** What a pod needs to let so many wait: a quarter of it is the heap. */
    static String limit(int callers) {
        return callers <= FEW ? AssembledImage.LIMIT : LIMIT_FOR_MANY;
    }

    /** Waits until the token is over and the next one may be asked for, and lets the callers go. */
    HerdRound round() throws IOException, InterruptedException {
        double waitedBefore = waited();
        int before = awaitMoment();
        HerdRun run = callers.ask(PATIENCE);
        List<TokenPost> posts = server.posts().stream()
                .skip(before)
                .filter(post -> post.arrivedAt() <= run.lastAnsweredAt())
                .toList();
        if (posts.isEmpty()) {
            throw new IOException("nobody asked the authorization server");
        }
        return new HerdRound(run, Math.round(waited() - waitedBefore), posts.size(), posts.getFirst());
    }

    /** Returns how many token requests there were until then. */
    private int awaitMoment() throws IOException, InterruptedException {
        while (true) {
            Instant last = Instant.parse(sidecar.status().getString("last_success_at"));
            int posts = server.posts().size();
            Duration left =
                    Duration.between(Instant.now(), last.plus(MIN_INTERVAL).minus(EARLY));
            if (left.compareTo(LEAST_REST) > 0) {
                Thread.sleep(left);
                return posts;
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private double waited() throws InterruptedException {
        return sidecar.meter("token_sidecar_coalesced_total");
    }

    @Override
    public void close() throws IOException {
        callers.close();
    }
}
