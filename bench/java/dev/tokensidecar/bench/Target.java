package dev.tokensidecar.bench;

/**
 * A figure with its target.
 *
 * @param reached {@code yes}, {@code no} or {@code not measured}
 */
record Target(String figure, String target, String measured, String reached) {

    static Target of(String figure, String target, String measured, boolean reached) {
        return new Target(figure, target, measured, reached ? "yes" : "no");
    }

    static Target notMeasured(String figure, String target) {
        return new Target(figure, target, "", "not measured");
    }
}
