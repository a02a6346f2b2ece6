package dev.tokensidecar.testing.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Receives spans over OTLP, as gRPC and as protobuf over HTTP, and records every byte. */
public final class SpanCollector implements AutoCloseable {

    private static final String GRPC = "application/grpc";
    private static final int GRPC_PREFIX = 5;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> raw = new ConcurrentLinkedQueue<>();
    private final Queue<ExportTraceServiceRequest> exports = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final boolean answering;
    private final HttpServer server;

    private SpanCollector(boolean answering) {
        this.answering = answering;
        server = vertx.createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(request -> {
                    request.headers()
                            .forEach(header ->
                                    raw.add(request.uri() + " " + header.getKey() + ": " + header.getValue()));
                    request.body().onSuccess(body -> receive(request, body));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Starts a collector that works. */
    public static SpanCollector open() {
        return new SpanCollector(true);
    }

    /** Starts a collector that never responds. */
    public static SpanCollector thatHangs() {
        return new SpanCollector(false);
    }

    private void receive(HttpServerRequest request, Buffer body) {
        boolean grpc = GRPC.equals(request.getHeader("Content-Type"));
        byte[] message = grpc ? body.getBytes(GRPC_PREFIX, body.length()) : body.getBytes();
        raw.add(new String(message, StandardCharsets.ISO_8859_1));
        try {
            exports.add(ExportTraceServiceRequest.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        if (!answering) {
            return;
        }
        if (grpc) {
            var unused = request.response()
                    .putHeader("Content-Type", GRPC)
                    .setChunked(true)
                    .putTrailer("grpc-status", "0")
                    .end(Buffer.buffer(new byte[GRPC_PREFIX]));
        } else {
            var unused = request.response().end();
        }
    }

    /** Returns the address for spans. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Returns the number of connections. */
    public int connections() {
        return connections.get();
    }

    /** Returns everything received, headers included, with a character for each byte. */
    public List<String> raw() {
        return List.copyOf(raw);
    }

    /** Returns all spans so far, in the order of their ends. */
    public List<Span> spans() {
        return exports.stream()
                .flatMap(export -> export.getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** Returns the resources that the spans name. */
    public Stream<Resource> resources() {
        return exports.stream()
                .flatMap(export -> export.getResourceSpansList().stream())
                .map(resource -> resource.getResource());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
