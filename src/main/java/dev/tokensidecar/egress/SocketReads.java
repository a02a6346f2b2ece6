package dev.tokensidecar.egress;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * How much a connection reads ahead. Vert.x stops reading when some 64 KiB wait for a paused stream, and one read may
 * bring as much again: too much for hundreds of connections in a small container.
 */
public final class SocketReads {

    /** The most that is read after {@link #stop}. Netty's default is four times as much. */
    public static final int MOST = 16 * 1024;

    private static final int LEAST = 64;
    private static final int FIRST = 2048;

    private SocketReads() {}

    /** Reads a little at a time from now on. */
    public static void limit(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        channel.config()
                .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(LEAST, FIRST, MOST).maxMessagesPerRead(1));
    }

    /** Reads no more, once what is being read has been looked at. Not for connections with several streams. */
    public static void stop(HttpConnection connection) {
        ((ConnectionBase) connection).doPause();
    }

    public static void goOn(HttpConnection connection) {
        ((ConnectionBase) connection).doResume();
    }
}
