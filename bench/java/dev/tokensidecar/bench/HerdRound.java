package dev.tokensidecar.bench;

import java.util.stream.IntStream;

/**
 * One round, as the callers and the authorization server saw it.
 *
 * @param waited the number of callers that waited, by the sidecar's own meter; the others arrived after the refresh
 * @param posts the number of token requests
 * @param post the first token request
 */
record HerdRound(HerdRun run, long waited, int posts, TokenPost post) {

    private static final int POINTS = 100;

    /** Returns the time from the first caller's request until the token request reached the authorization server. */
    double millisUntilPost() {
        return (post.arrivedAt() - run.startedAt()) / 1000.0;
    }

    double lastMillis() {
        return run.millisUntilServed(1, post.endedAt());
    }

    double halfMillis() {
        return run.millisUntilServed(0.5, post.endedAt());
    }

    /** Returns the share of served callers over time. */
    Plot.Curve curve(String name) {
        return new Plot.Curve(
                name,
                "",
                IntStream.rangeClosed(0, POINTS)
                        .mapToObj(point -> new Plot.Point(
                                run.millisUntilServed((double) point / POINTS, post.endedAt()), 100.0 * point / POINTS))
                        .toList());
    }
}
