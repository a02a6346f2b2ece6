package dev.tokensidecar.bench;

/** Records when the callers sent their requests and when each response was complete, in microseconds of the wall clock. */
final class HerdRun {

    private final long[] completedAt;
    private int completed;
    private int tokens;
    private long startedAt;
    private long allSentAt;

    HerdRun(int callers) {
        completedAt = new long[callers];
    }

    void start(long now) {
        startedAt = now;
    }

    void allSent(long now) {
        allSentAt = now;
    }

    void completed(long now, boolean token) {
        completedAt[completed++] = now;
        if (token) {
            tokens++;
        }
    }

    int pending() {
        return completedAt.length - completed;
    }

    /** Returns the number of callers that got no token, including those without a response. */
    int errors() {
        return completedAt.length - tokens;
    }

    long startedAt() {
        return startedAt;
    }

    long lastCompletedAt() {
        return completedAt[Math.max(0, completed - 1)];
    }

    /** Returns the time that it took to send all requests. */
    double millisToSend() {
        return (allSentAt - startedAt) / 1000.0;
    }

    /** Returns the time from a moment until a share of the callers had their responses. */
    double millisUntilServed(double share, long after) {
        int last = Math.max(0, (int) Math.ceil(share * completed) - 1);
        return (completedAt[last] - after) / 1000.0;
    }
}
