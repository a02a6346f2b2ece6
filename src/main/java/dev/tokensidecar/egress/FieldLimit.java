package dev.tokensidecar.egress;

/**
 * How many header fields and trailers a server may send in one answer. A field of three bytes takes fifty times as much
 * memory, so a limit of bytes does not bound what an answer costs. Interim answers count as part of the answer that they
 * precede, and each status counts as a field: a server cannot send interim answers for ever.
 */
final class FieldLimit {

    /** Twice what Envoy takes of a response; {@code docs/decisions.md} has the arithmetic. */
    static final int MOST = 200;

    private int taken;

    /** What comes now belongs to another answer. */
    void begin() {
        taken = 0;
    }

    /** @throws InvalidAnswerException if these are too many */
    void take(int fields) {
        taken += fields;
        if (taken > MOST) {
            throw new InvalidAnswerException(
                    "it has more than " + MOST + " header fields, status lines and trailers counted");
        }
    }
}
