package dev.tokensidecar.token;

/** The record was not written, because it is no longer the version that the writer has read. */
public final class RecordConflict extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RecordConflict() {
        super("the record has changed since it was read", null, false, false);
    }
}
