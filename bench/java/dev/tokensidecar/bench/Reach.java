package dev.tokensidecar.bench;

/**
 * A figure that was aimed at.
 *
 * @param reached {@code yes}, {@code no}, or why neither can be said
 */
record Reach(String figure, String wanted, String measured, String reached) {

    static Reach of(String figure, String wanted, String measured, boolean reached) {
        return new Reach(figure, wanted, measured, reached ? "yes" : "no");
    }

    static Reach notMeasured(String figure, String wanted) {
        return new Reach(figure, wanted, "", "not measured");
    }
}
