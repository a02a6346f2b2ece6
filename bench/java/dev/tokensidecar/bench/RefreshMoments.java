package dev.tokensidecar.bench;

import java.util.ArrayList;
import java.util.List;

/** Sorts the requests of a constant load by whether a refresh was under way meanwhile. */
final class RefreshMoments {

    /**
     * What the authorization server does not see of a refresh: to prepare the request, and then to read the answer, to save
     * the refresh token and to publish the new state.
     */
    private static final long MARGIN_MICROS = 20_000;

    private static final long AROUND_MICROS = 250_000;
    private static final int BIN_MICROS = 5_000;
    private static final int BINS = (int) (2 * AROUND_MICROS / BIN_MICROS);

    private final Latencies during = new Latencies();
    private final Latencies between = new Latencies();
    private final List<Latencies> around = new ArrayList<>();
    private final List<TokenPost> posts;

    /** @param posts token requests while the load ran, the oldest first */
    RefreshMoments(OpenLoadRecord load, List<TokenPost> posts) {
        this.posts = posts;
        for (int bin = 0; bin < BINS; bin++) {
            around.add(new Latencies());
        }
        for (int request = 0; request < load.count(); request++) {
            sort(load.sentAt(request), load.micros(request));
        }
    }

    private void sort(long sentAt, int took) {
        boolean meanwhile = false;
        for (TokenPost post : posts) {
            meanwhile |= sentAt <= post.endedAt() + MARGIN_MICROS && sentAt + took >= post.arrivedAt() - MARGIN_MICROS;
            long bin = Math.floorDiv(sentAt - post.arrivedAt() + AROUND_MICROS, BIN_MICROS);
            if (bin >= 0 && bin < BINS) {
                around.get((int) bin).add(took);
            }
        }
        (meanwhile ? during : between).add(took);
    }

    Latencies during() {
        return during;
    }

    Latencies between() {
        return between;
    }

    /** A percentile over the time since the token request arrived at the authorization server. */
    Plot.Curve curve(String name, String style, double part) {
        List<Plot.Point> points = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            double millis = (bin * BIN_MICROS + BIN_MICROS / 2 - AROUND_MICROS) / 1000.0;
            if (around.get(bin).count() > 0) {
                points.add(new Plot.Point(millis, around.get(bin).millis(part)));
            }
        }
        return new Plot.Curve(name, style, points);
    }
}
