package dev.tokensidecar.egress;

/**
 * Limits the header fields and trailers of one response. A field of three bytes takes fifty times as much memory, so a
 * limit of bytes does not bound the memory. Interim responses count towards the response that follows them, and each
 * status line counts as a field: a server cannot send interim responses without end.
 */
final class FieldLimit {

    /** Twice Envoy's limit for a response; {@code docs/decisions.md} has the arithmetic. */
    static final int LIMIT = 200;

    private int count;

    /** Starts counting for another response. */
    void reset() {
        count = 0;
    }

    /** @throws MalformedResponseException if the response exceeds the limit */
    void add(int fields) {
        count += fields;
        if (count > LIMIT) {
            throw new MalformedResponseException(
                    "it has more than " + LIMIT + " header fields, counting status lines and trailers");
        }
    }
}
