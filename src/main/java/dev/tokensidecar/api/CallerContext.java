package dev.tokensidecar.api;

import dev.tokensidecar.token.Caller;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.Executor;

/** Who sends a request, and where the answer is to be delivered: on the event loop, and in the context, of its request. */
final class CallerContext {

    private CallerContext() {}

    static Caller of(HttpServerRequest request) {
        return new Caller(executor(), () -> peer(request.remoteAddress()));
    }

    private static Executor executor() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : task -> context.runOnContext(ignored -> task.run());
    }

    /** {@link Guard} has seen to it that the caller is local. A client's end of a Unix domain socket has no name. */
    private static SocketAddress peer(io.vertx.core.net.SocketAddress address) {
        return address.isInetSocket()
                ? new InetSocketAddress(address.hostAddress(), address.port())
                : UnixDomainSocketAddress.of("");
    }
}
