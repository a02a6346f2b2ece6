package dev.tokensidecar.ingress;

import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.Connection;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Identifies the caller of a request, and delivers results on the event loop, and in the context, of that request. */
@Singleton
public final class CallerContext implements Supplier<Caller> {

    private final CurrentVertxRequest current;
    private final Function<RoutingContext, CallerListener> listeners;

    CallerContext(CurrentVertxRequest current, Function<RoutingContext, CallerListener> listeners) {
        this.current = current;
        this.listeners = listeners;
    }

    /** Returns the caller of the current request. */
    @Override
    public Caller get() {
        RoutingContext context = current.getCurrent();
        return of(context, listener(context));
    }

    /** Returns the listener to the outcome of a request. */
    public CallerListener listener(RoutingContext context) {
        return listeners.apply(context);
    }

    /** Returns the caller of a request. Must run on the event loop of the request. */
    public static Caller of(RoutingContext context, CallerListener listener) {
        return of(context.request(), listener);
    }

    /** Returns the caller of a request that no router has handled. Must run on the event loop of the request. */
    public static Caller of(HttpServerRequest request, CallerListener listener) {
        return new Caller(executor(), () -> connection(request.connection()), listener);
    }

    private static Executor executor() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : task -> context.runOnContext(ignored -> task.run());
    }

    /** Returns both ends of a connection. */
    public static Connection connection(HttpConnection connection) {
        return new Connection(address(connection.remoteAddress()), address(connection.localAddress()));
    }

    /** The client's end of a Unix domain socket has no name. {@link Guard} has ensured that the caller is local. */
    private static SocketAddress address(io.vertx.core.net.SocketAddress address) {
        return address.isInetSocket()
                ? new InetSocketAddress(address.hostAddress(), address.port())
                : UnixDomainSocketAddress.of("");
    }
}
