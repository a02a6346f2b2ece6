package dev.tokensidecar.egress;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;

/** A connection to a server that has switched to another protocol (RFC 9110 section 7.8). */
public final class SwitchedConnection {

    private final NetSocket socket;
    private final ConnectionBase connection;

    /** @param response the response that switches protocols, paused */
    public SwitchedConnection(HttpClientResponse response) {
        this.socket = response.netSocket();
        this.connection = (ConnectionBase) response.request().connection();
        var unused = socket.exceptionHandler(broken -> {});
    }

    /**
     * Sets the reader, which gets the first bytes when the response is resumed.
     *
     * @param onEnd runs when the server has closed the connection
     */
    public void read(Handler<Buffer> onData, Handler<Void> onEnd) {
        var unused = socket.handler(onData).endHandler(onEnd);
    }

    /** Writes past Vert.x's socket, whose future never completes on such a connection. */
    public Future<Void> write(Buffer part) {
        Promise<Void> written = Promise.promise();
        ChannelHandlerContext context = connection.channelHandlerContext();
        context.writeAndFlush(Unpooled.wrappedBuffer(part.getBytes())).addListener(done -> {
            if (done.isSuccess()) {
                written.complete();
            } else {
                written.fail(done.cause());
            }
        });
        return written.future();
    }

    /** Closes the connection when what was written has been sent, for which a server that does not read may take forever. */
    public Future<Void> end() {
        return connection.close();
    }

    /** Closes the connection now. What the socket has not taken is lost. */
    public void close() {
        var unused = connection.channelHandlerContext().close();
    }
}
