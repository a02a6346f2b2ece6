package dev.tokensidecar.forward;

import dev.tokensidecar.egress.SocketReads;
import io.vertx.core.http.HttpClientResponse;

/** An API's response, which the sidecar reads no faster than the caller. Paused at first. */
final class UpstreamResponse implements BodyPipe.Source {

    /** The bytes that an API may send on an HTTP/2 stream before the sidecar reads them (RFC 9113 section 6.9.2). */
    private static final int STREAM_WINDOW_BYTES = 65_535;

    private final HttpClientResponse upstream;
    private final boolean shared;
    private final BufferBudget.Share budget;
    private final Runnable onOutOfMemory;
    private boolean paused;

    /**
     * Pauses the response.
     *
     * @param shared whether other requests use the same connection
     * @param onOutOfMemory runs if the budget cannot hold the response; it has to abort the request
     */
    UpstreamResponse(HttpClientResponse upstream, boolean shared, BufferBudget.Share budget, Runnable onOutOfMemory) {
        // until a reader sets its own handler: without one, Vert.x logs failures
        this.upstream = upstream.pause().exceptionHandler(failure -> {});
        this.shared = shared;
        this.budget = budget;
        this.onOutOfMemory = onOutOfMemory;
    }

    HttpClientResponse upstream() {
        return upstream;
    }

    @Override
    public void pause() {
        if (paused) {
            return;
        }
        paused = true;
        var unused = upstream.pause();
        if (!shared) {
            SocketReads.pause(upstream.request().connection());
        } else if (!budget.reserveStalled(STREAM_WINDOW_BYTES)) {
            onOutOfMemory.run();
        }
    }

    @Override
    public void resume() {
        if (paused && shared) {
            budget.releaseStalled(STREAM_WINDOW_BYTES);
        } else if (paused) {
            SocketReads.resume(upstream.request().connection());
        }
        paused = false;
        var unused = upstream.resume();
    }
}
