package dev.tokensidecar.kubernetes;

/** A watch cannot go on from the version that it names: the Secret has to be read again. */
final class StaleVersion extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StaleVersion() {
        super("the API server cannot resume the watch", null, false, false);
    }
}
