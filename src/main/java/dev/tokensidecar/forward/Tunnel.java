package dev.tokensidecar.forward;

import dev.tokensidecar.egress.SocketReads;
import dev.tokensidecar.egress.SwitchedConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;

/** Passes bytes between a caller and an API that have both switched to another protocol, until one of them closes. */
final class Tunnel {

    private final HttpServerRequest request;
    private final UpstreamResponse response;
    private final CallerHead head;
    private final SwitchedConnection api;
    private final Runnable onProgress;
    private final Promise<Void> done = Promise.promise();

    /**
     * @param response the response that switches protocols
     * @param head writes the head for the caller
     */
    Tunnel(HttpServerRequest request, UpstreamResponse response, CallerHead head, Runnable onProgress) {
        this.request = request;
        this.response = response;
        this.head = head;
        this.api = new SwitchedConnection(response.upstream());
        this.onProgress = onProgress;
    }

    /** Tells the caller that the API has switched, and opens the tunnel. Completes when both ends have closed. */
    Future<Void> open() {
        head.copy(response.upstream().headers(), request.response().headers());
        ProtocolSwitch.write(request.response().headers());
        request.toNetSocket().onSuccess(this::connect).onFailure(failure -> {
            close();
            done.tryFail(failure);
        });
        return done.future();
    }

    private void connect(NetSocket caller) {
        BodyPipe toApi = new BodyPipe(new CallerSocket(caller), api::write, onProgress);
        BodyPipe toCaller = new BodyPipe(response, caller::write, onProgress);
        caller.exceptionHandler(broken -> {})
                .handler(toApi::write)
                .closeHandler(closed -> api.end().onComplete(ended -> done.tryComplete()));
        api.read(toCaller::write, end -> {
            var unused = caller.end();
        });
        response.resume();
    }

    /** Closes the API's end without waiting until it has read everything. */
    void close() {
        api.close();
    }

    /** The caller's end, which the sidecar reads no faster than the API. */
    private record CallerSocket(NetSocket socket) implements BodyPipe.Source {

        @Override
        public void pause() {
            SocketReads.pause(socket);
        }

        @Override
        public void resume() {
            SocketReads.resume(socket);
        }
    }
}
