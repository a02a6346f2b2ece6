package dev.tokensidecar.app;

/**
 * Limits the memory of forwarding to an eighth of the heap: one half for what every request needs, the other half for
 * buffers that all requests share. {@code docs/decisions.md} has the arithmetic.
 *
 * @param requests the maximum number of requests at the same time
 * @param shared the shared budget, in bytes, for buffered data
 */
record ForwardMemory(int requests, long shared) {

    /** The memory of one request: two connections, their buffers and the state of the request. */
    private static final int REQUEST_BYTES = 16 * 1024;

    private static final int HEAP_SHARE = 16;
    private static final int MAX_REQUESTS = 1000;
    private static final int MIN_REQUESTS = 16;

    static ForwardMemory ofThisProcess() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** @param heap bytes */
    static ForwardMemory of(long heap) {
        long share = heap / HEAP_SHARE;
        return new ForwardMemory(Math.clamp(share / REQUEST_BYTES, MIN_REQUESTS, MAX_REQUESTS), share);
    }
}
