package dev.tokensidecar.bench;

/** Records the scheduled time of every request, by the wall clock, and its latency from then on. */
final class OpenLoadRecord {

    private final int[] sentAfterMicros;
    private final int[] tookMicros;
    private long startMicros;
    private int count;
    private int tokens;

    OpenLoadRecord(int total) {
        sentAfterMicros = new int[total];
        tookMicros = new int[total];
    }

    void start(long nowMicros) {
        startMicros = nowMicros;
    }

    /** Adds a request. Both times count from the start. */
    void add(long sentNanos, long completedNanos, boolean token) {
        sentAfterMicros[count] = (int) (sentNanos / 1000);
        tookMicros[count] = (int) ((completedNanos - sentNanos) / 1000);
        count++;
        if (token) {
            tokens++;
        }
    }

    int count() {
        return count;
    }

    /** Returns the number of requests that got no token, including those without a response. */
    int errors() {
        return tookMicros.length - tokens;
    }

    long startedAt() {
        return startMicros;
    }

    long sentAt(int request) {
        return startMicros + sentAfterMicros[request];
    }

    int micros(int request) {
        return tookMicros[request];
    }
}
