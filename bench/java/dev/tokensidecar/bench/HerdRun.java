package dev.tokensidecar.bench;

/** One herd: when it asked, and when each of it had the last byte of its answer. All times are microseconds of the wall clock. */
final class HerdRun {

    private final long[] answeredAt;
    private int answered;
    private int tokens;
    private long begunAt;
    private long allAskedAt;

    HerdRun(int callers) {
        answeredAt = new long[callers];
    }

    void begin(long now) {
        begunAt = now;
    }

    void allAsked(long now) {
        allAskedAt = now;
    }

    void answered(long now, boolean token) {
        answeredAt[answered++] = now;
        if (token) {
            tokens++;
        }
    }

    int missing() {
        return answeredAt.length - answered;
    }

    /** Those who got no token, for whatever reason. */
    int errors() {
        return answeredAt.length - tokens;
    }

    long begunAt() {
        return begunAt;
    }

    long lastAnsweredAt() {
        return answeredAt[Math.max(0, answered - 1)];
    }

    /** How long it took to send all requests. */
    double millisOfAsking() {
        return (allAskedAt - begunAt) / 1000.0;
    }

    /** How long after that moment this part of the callers was served; answers are kept in the order in which they came. */
    double millisUntilServed(double part, long after) {
        int last = Math.max(0, (int) Math.ceil(part * answered) - 1);
        return (answeredAt[last] - after) / 1000.0;
    }
}
