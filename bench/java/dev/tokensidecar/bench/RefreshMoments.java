package dev.tokensidecar.bench;

import java.util.ArrayList;
import java.util.List;

/** Separates the requests of a constant load into those during a refresh and those between refreshes. */
final class RefreshMoments {

    /**
     * Covers the parts of a refresh that the authorization server does not see: the sidecar prepares the request, reads the
     * response, saves the refresh token and publishes the new state.
     */
    private static final long MARGIN_MICROS = 20_000;

    private static final long AROUND_MICROS = 250_000;
    private static final int BIN_MICROS = 5_000;
    private static final int BINS = (int) (2 * AROUND_MICROS / BIN_MICROS);

    private final Latencies during = new Latencies();
    private final Latencies between = new Latencies();
    private final List<Latencies> around = new ArrayList<>();
    private final List<TokenPost> posts;

    /** @param posts the token requests during the load, the oldest first */
    RefreshMoments(OpenLoadRecord load, List<TokenPost> posts) {
        this.posts = posts;
        for (int bin = 0; bin < BINS; bin++) {
            around.add(new Latencies());
        }
        for (int request = 0; request < load.count(); request++) {
            classify(load.sentAt(request), load.micros(request));
        }
    }

    private void classify(long sentAt, int micros) {
        boolean overlaps = false;
        for (TokenPost post : posts) {
            overlaps |= sentAt <= post.endedAt() + MARGIN_MICROS && sentAt + micros >= post.arrivedAt() - MARGIN_MICROS;
            long bin = Math.floorDiv(sentAt - post.arrivedAt() + AROUND_MICROS, BIN_MICROS);
            if (bin >= 0 && bin < BINS) {
                around.get((int) bin).add(micros);
            }
        }
        (overlaps ? during : between).add(micros);
    }

    Latencies during() {
        return during;
    }

    Latencies between() {
        return between;
    }

    /** Returns a quantile over the time since the token request arrived at the authorization server. */
    Plot.Curve curve(String name, String style, double quantile) {
        List<Plot.Point> points = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            double millis = (bin * BIN_MICROS + BIN_MICROS / 2 - AROUND_MICROS) / 1000.0;
            if (around.get(bin).count() > 0) {
                points.add(new Plot.Point(millis, around.get(bin).millis(quantile)));
            }
        }
        return new Plot.Curve(name, style, points);
    }
}
