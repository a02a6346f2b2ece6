package dev.tokensidecar.egress;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Limits how much a connection reads ahead. Vert.x stops reading when about 64 KiB wait for a paused stream, and one more
 * read may add as much again. That is too much for hundreds of connections in a small container.
 */
public final class SocketReads {

    /** The most bytes that a read may add after {@link #pause}. Netty's default is four times as much. */
    public static final int MAX_BYTES = 16 * 1024;

    private static final int MIN_BYTES = 64;
    private static final int INITIAL_BYTES = 2048;

    private SocketReads() {}

    /** Limits each further read to {@link #MAX_BYTES} bytes. */
    public static void limit(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        channel.config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(MIN_BYTES, INITIAL_BYTES, MAX_BYTES).maxMessagesPerRead(1));
    }

    /** Stops reading after the read in progress. Not for connections with several streams. */
    public static void pause(HttpConnection connection) {
        ((ConnectionBase) connection).doPause();
    }

    public static void resume(HttpConnection connection) {
        ((ConnectionBase) connection).doResume();
    }

    /** Does the same for a connection that has switched protocols. */
    public static void pause(NetSocket socket) {
        ((ConnectionBase) socket).doPause();
    }

    /** Does the same for a connection that has switched protocols. */
    public static void resume(NetSocket socket) {
        ((ConnectionBase) socket).doResume();
    }
}
