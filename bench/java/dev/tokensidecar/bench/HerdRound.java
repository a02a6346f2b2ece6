package dev.tokensidecar.bench;

import java.util.stream.IntStream;

/**
 * One herd and what the authorization server saw of it.
 *
 * @param waited callers that the sidecar let wait, as its own meter says; the others came after the answer
 * @param posts token requests
 * @param post the first of them
 */
record HerdRound(HerdRun run, long waited, int posts, TokenPost post) {

    private static final int POINTS = 100;

    /** How long after the first of the callers the token request was at the authorization server. */
    double millisUntilPost() {
        return (post.arrivedAt() - run.begunAt()) / 1000.0;
    }

    double lastMillis() {
        return run.millisUntilServed(1, post.endedAt());
    }

    double halfMillis() {
        return run.millisUntilServed(0.5, post.endedAt());
    }

    /** The share of callers that were served, over the time. */
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
