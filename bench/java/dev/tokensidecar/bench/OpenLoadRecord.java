package dev.tokensidecar.bench;

/** Every request of a constant load: when it was meant to be sent, by the wall clock, and how long it took from there. */
final class OpenLoadRecord {

    private final int[] sentAfterMicros;
    private final int[] tookMicros;
    private long begunAtMicros;
    private int count;
    private int tokens;

    OpenLoadRecord(int total) {
        sentAfterMicros = new int[total];
        tookMicros = new int[total];
    }

    void begin(long nowMicros) {
        begunAtMicros = nowMicros;
    }

    /** Times count from the begin. */
    void add(long sentNanos, long answeredNanos, boolean token) {
        sentAfterMicros[count] = (int) (sentNanos / 1000);
        tookMicros[count] = (int) ((answeredNanos - sentNanos) / 1000);
        count++;
        if (token) {
            tokens++;
        }
    }

    int count() {
        return count;
    }

    /** Requests without a token, for whatever reason. */
    int errors() {
        return tookMicros.length - tokens;
    }

    long begunAt() {
        return begunAtMicros;
    }

    long sentAt(int request) {
        return begunAtMicros + sentAfterMicros[request];
    }

    int micros(int request) {
        return tookMicros[request];
    }
}
