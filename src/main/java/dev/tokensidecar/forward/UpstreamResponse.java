package dev.tokensidecar.forward;

import dev.tokensidecar.egress.SocketReads;
import io.vertx.core.http.HttpClientResponse;

/** An API's answer, which is read no faster than somebody wants it. Paused at first. */
final class UpstreamResponse implements BodyPipe.Source {

    /** What HTTP/2 lets an API send on a stream before anybody has read it (RFC 9113 section 6.9.2). */
    private static final int STREAM_WINDOW = 65_535;

    private final HttpClientResponse response;
    private final boolean shared;
    private final BufferBudget.Share memory;
    private final Runnable noMemory;
    private boolean stopped;

    /**
     * Pauses it.
     *
     * @param shared whether other requests are on the same connection
     * @param noMemory is told if it cannot be held; the request is to be broken off
     */
    UpstreamResponse(HttpClientResponse response, boolean shared, BufferBudget.Share memory, Runnable noMemory) {
        // until somebody reads it; without a handler Vert.x logs what went wrong
        this.response = response.pause().exceptionHandler(failure -> {});
        this.shared = shared;
        this.memory = memory;
        this.noMemory = noMemory;
    }

    HttpClientResponse response() {
        return response;
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        var unused = response.pause();
        if (!shared) {
            SocketReads.stop(response.request().connection());
        } else if (!memory.stall(STREAM_WINDOW)) {
            noMemory.run();
        }
    }

    @Override
    public void goOn() {
        if (stopped && shared) {
            memory.goOn(STREAM_WINDOW);
        } else if (stopped) {
            SocketReads.goOn(response.request().connection());
        }
        stopped = false;
        var unused = response.resume();
    }
}
