package dev.tokensidecar.app;

/**
 * What forwarding may take of the process's memory: an eighth of the heap, half of it for what each request has anyway, and
 * half for what all of them share. {@code docs/decisions.md} has the arithmetic.
 *
 * @param requests how many there may be at the same time
 * @param shared bytes for what is held of them
 */
record ForwardMemory(int requests, long shared) {

    /** Two connections, their buffers, and what is known of a request. */
    private static final int REQUEST = 16 * 1024;

    private static final int HEAP_SHARE = 16;
    private static final int MOST_REQUESTS = 1000;
    private static final int LEAST_REQUESTS = 16;

    static ForwardMemory ofThisProcess() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** @param heap bytes */
    static ForwardMemory of(long heap) {
        long share = heap / HEAP_SHARE;
        return new ForwardMemory(Math.clamp(share / REQUEST, LEAST_REQUESTS, MOST_REQUESTS), share);
    }
}
