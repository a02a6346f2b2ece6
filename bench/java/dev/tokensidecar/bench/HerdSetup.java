package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A sidecar whose token has expired, and callers that request one. By default, the sidecar waits five seconds between two
 * refreshes that no caller forces. A token that is usable for less time leaves a gap, in which the callers arrive.
 */
final class HerdSetup implements AutoCloseable {

    /** The sidecar does not serve a token in the last sixth of this lifetime. */
    static final Duration LIFETIME = Duration.ofSeconds(5);

    static final Duration LATENCY = Duration.ofMillis(200);

    /** The memory limit of the examples' pods is enough for this many callers. */
    private static final int FEW = 2_000;

    private static final String LIMIT_FOR_MANY = "512m";

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LEAD_TIME = Duration.ofMillis(10);
    private static final Duration MIN_REST = Duration.ofMillis(500);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final AuthorizationServer server;
    private final SidecarProcess sidecar;
    private final HerdClient callers;

    /** Opens the connections of the callers. */
    HerdSetup(AuthorizationServer server, SidecarProcess sidecar, int number) throws IOException {
        this.server = server;
        this.sidecar = sidecar;
        this.callers = new HerdClient(sidecar.api("/").getPort(), number);
    }

    /** Returns the memory limit for this many callers. A quarter of it is the heap. */
    static String limit(int callers) {
        return callers <= FEW ? AssembledImage.LIMIT : LIMIT_FOR_MANY;
    }

    /** Waits until the token has expired and the sidecar may refresh it, then sends the callers' requests. */
    HerdRound round() throws IOException, InterruptedException {
        double waitedBefore = waited();
        int before = awaitMoment();
        HerdRun run = callers.run(TIMEOUT);
        List<TokenPost> posts = server.posts().stream()
                .skip(before)
                .filter(post -> post.arrivedAt() <= run.lastCompletedAt())
                .toList();
        if (posts.isEmpty()) {
            throw new IOException("the authorization server got no token request");
        }
        return new HerdRound(run, Math.round(waited() - waitedBefore), posts.size(), posts.getFirst());
    }

    /** Waits for the gap. Returns the number of token requests before it. */
    private int awaitMoment() throws IOException, InterruptedException {
        while (true) {
            Instant last = Instant.parse(sidecar.status().getString("last_success_at"));
            int posts = server.posts().size();
            Duration left =
                    Duration.between(Instant.now(), last.plus(MIN_INTERVAL).minus(LEAD_TIME));
            if (left.compareTo(MIN_REST) > 0) {
                Thread.sleep(left);
                return posts;
            }
            Thread.sleep(POLL_INTERVAL);
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
