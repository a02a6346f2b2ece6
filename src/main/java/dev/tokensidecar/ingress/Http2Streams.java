package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnectionHandler;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.http.impl.HttpServerWorker;
import io.vertx.core.impl.ContextInternal;

/**
 * Serves HTTP/2 connections. For the handlers of requests, each stream is an HTTP/1.1 connection of its own with one
 * request, so they know no other version.
 */
final class Http2Streams {

    private static final int MAX_STREAMS = 100;

    /** As much as the sidecar reads ahead of HTTP/1.1. */
    private static final int STREAM_WINDOW_BYTES = 16 * 1024;

    private static final int INITIAL_WINDOW_BYTES = 65_535;

    /** Large enough that a stream whose request nobody reads does not stop the others. */
    private static final int CONNECTION_WINDOW_BYTES = MAX_STREAMS * STREAM_WINDOW_BYTES;

    /** Applications cancel calls when their deadlines pass. A caller that does nothing else gets closed. */
    private static final int MAX_RESETS = 1000;

    private static final int RESET_WINDOW_SECONDS = 10;
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

    private final HttpServer server;
    private final HttpServerOptions options;
    private final ConnectionTable table;
    private final Handler<HttpServerRequest> requests;

    /**
     * @param server the listener that accepts the connections
     * @param options the options of the listener
     * @param requests handles requests, of any version
     */
    Http2Streams(
            HttpServer server, HttpServerOptions options, ConnectionTable table, Handler<HttpServerRequest> requests) {
        this.server = server;
        this.options = options;
        this.table = table;
        this.requests = requests;
    }

    /** Prepares a new HTTP/1.1 connection for a caller that speaks HTTP/2 instead. */
    void offer(Channel channel, ContextInternal context) {
        channel.pipeline().addFirst(new Http2Preface(() -> serve(channel, context)));
    }

    private void serve(Channel channel, ContextInternal context) {
        Http2FrameCodec codec = codec();
        Http2CallerConnection connection = table.switchToHttp2(channel, codec.connection());
        if (connection != null) {
            ChannelPipeline pipeline = channel.pipeline()
                    .addLast(codec)
                    .addLast(new Http2MultiplexHandler(new StreamSetup(connection, worker(context))))
                    .addLast(new Rest());
            widenWindow(codec, pipeline);
        }
    }

    private Http2FrameCodec codec() {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(MAX_STREAMS)
                        .initialWindowSize(STREAM_WINDOW_BYTES)
                        .maxHeaderListSize(table.limits().headerBytes()))
                .validateRequiredPseudoHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    private static void widenWindow(Http2FrameCodec codec, ChannelPipeline pipeline) {
        try {
            Http2LocalFlowController windows = codec.connection().local().flowController();
            windows.incrementWindowSize(
                    codec.connection().connectionStream(), CONNECTION_WINDOW_BYTES - INITIAL_WINDOW_BYTES);
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        pipeline.flush();
    }

    /** Vert.x's own set-up of a connection, which it keeps for each listener. */
    private HttpServerWorker worker(ContextInternal context) {
        HttpServerImpl listener = (HttpServerImpl) server;
        HttpServerConnectionHandler handlers =
                new HttpServerConnectionHandler(listener, requests, null, null, null, null, table::reportFailure);
        return new HttpServerWorker(
                context,
                context::duplicate,
                listener,
                context.owner(),
                options,
                "http://localhost",
                handlers,
                table::reportFailure,
                null);
    }

    /** Sets up the streams of a connection. */
    private final class StreamSetup extends ChannelInitializer<Channel> {

        private final Http2CallerConnection connection;
        private final HttpServerWorker worker;

        StreamSetup(Http2CallerConnection connection, HttpServerWorker worker) {
            this.connection = connection;
            this.worker = worker;
        }

        /** Each stream calls it. */
        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel stream) {
            connection.opened(stream);
            worker.accept(stream, null);
            ConnectionTable.translate(stream.pipeline(), new StreamCodec(connection, table.limits()));
        }
    }

    /** Receives what belongs to no stream: the connection itself needs no answer. */
    private final class Rest extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var unused = ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            var unused = ReferenceCountUtil.release(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            table.reportFailure(cause);
        }
    }
}
