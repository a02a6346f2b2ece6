package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client and a server of grpc-java, with the sidecar between them. */
@Timeout(60)
class GrpcJavaTest {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final MethodDescriptor<String, String> UNARY = method("Unary", MethodType.UNARY);
    private static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> GREET = method("Greet", MethodType.BIDI_STREAMING);
    private static final MethodDescriptor<String, String> ECHO = method("Echo", MethodType.BIDI_STREAMING);

    private static final Duration BODY_TIMEOUT = Duration.ofMillis(50);

    private final AtomicInteger calls = new AtomicInteger();
    private final BlockingQueue<Boolean> cancellations = new LinkedBlockingQueue<>();
    private volatile String accepted = "Bearer access-1";
    private Server server;
    private ForwardScene scene;
    private ManagedChannel channel;

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setFullMethodName("test.Echo/" + name)
                .setType(type)
                .setRequestMarshaller(Texts.MARSHALLER)
                .setResponseMarshaller(Texts.MARSHALLER)
                .build();
    }

    private enum Texts implements MethodDescriptor.Marshaller<String> {
        MARSHALLER;

        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream bytes) {
            try (bytes) {
                return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Collects what arrives. */
    private record Received(BlockingQueue<String> messages, BlockingQueue<Status> end)
            implements StreamObserver<String> {

        Received() {
            this(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
        }

        @Override
        public void onNext(String message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            end.add(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.add(Status.OK);
        }

        Status.Code code() throws InterruptedException {
            return end.poll(20, TimeUnit.SECONDS).getCode();
        }
    }

    @BeforeEach
    void open() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("test.Echo")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcJavaTest::unary))
                        .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(GrpcJavaTest::count))
                        .addMethod(GREET, ServerCalls.asyncBidiStreamingCall(this::greet))
                        .addMethod(ECHO, ServerCalls.asyncBidiStreamingCall(this::echo))
                        .build())
                .intercept(new TokenCheck())
                .build()
                .start();
        HttpClientOptions client = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(100 * 65_535);
        scene = ForwardScene.builder()
                .tls(new HttpServerOptions(), client)
                .targetPort(server.getPort())
                .bodyTimeout(BODY_TIMEOUT)
                .basePath("")
                .listenPath("")
                .open();
        channel = NettyChannelBuilder.forAddress("localhost", scene.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        scene.close();
        server.shutdownNow();
    }

    private static void unary(String request, StreamObserver<String> response) {
        response.onNext(request);
        response.onCompleted();
    }

    private static void count(String request, StreamObserver<String> response) {
        IntStream.range(0, Integer.parseInt(request)).forEach(n -> response.onNext("message " + n));
        response.onCompleted();
    }

    private StreamObserver<String> greet(StreamObserver<String> response) {
        response.onNext("welcome");
        return echo(response);
    }

    private StreamObserver<String> echo(StreamObserver<String> response) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {
                response.onNext(message);
            }

            @Override
            public void onError(Throwable failure) {
                cancellations.add(true);
            }

            @Override
            public void onCompleted() {
                response.onCompleted();
            }
        };
    }

    /** Rejects calls before they reach their method, as servers do. */
    private final class TokenCheck implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            calls.incrementAndGet();
            if (accepted.equals(headers.get(AUTHORIZATION))) {
                return next.startCall(call, headers);
            }
            call.close(Status.UNAUTHENTICATED.withDescription("the token has expired"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    @Test
    void aUnaryCallIsRepeatedWithANewerToken() {
        accepted = "Bearer access-2";

        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "hello"))
                .isEqualTo("hello");
        assertThat(calls).hasValue(2);
    }

    @Test
    void twoHundredCallsShareOneRefresh() throws Exception {
        accepted = "Bearer access-2";

        List<Future<String>> responses = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            responses.add(ClientCalls.futureUnaryCall(channel.newCall(UNARY, CallOptions.DEFAULT), "call " + n));
        }

        for (int n = 0; n < responses.size(); n++) {
            assertThat(responses.get(n).get(20, TimeUnit.SECONDS)).isEqualTo("call " + n);
        }
        assertThat(scene.authorizationServer.posts()).isEqualTo(2);
    }

    @Test
    void aLongMessagePasses() {
        String message = "x".repeat(3 * 1024 * 1024);

        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, message))
                .isEqualTo(message);
    }

    @Test
    void theStreamOfAServerPassesAndIsRepeatedWithANewerToken() {
        accepted = "Bearer access-2";

        Iterator<String> messages =
                ClientCalls.blockingServerStreamingCall(channel, COUNT, CallOptions.DEFAULT, "1000");

        assertThat(messages).toIterable().hasSize(1000).last().isEqualTo("message 999");
        assertThat(calls).hasValue(2);
    }

    @Test
    void bothEndsMayStream() throws Exception {
        Received received = new Received();
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(ECHO, CallOptions.DEFAULT), received);

        for (int n = 0; n < 200; n++) {
            requests.onNext("message " + n);
            assertThat(received.messages().poll(20, TimeUnit.SECONDS)).isEqualTo("message " + n);
        }
        requests.onCompleted();

        assertThat(received.code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void theServerMayBeginAndTheClientMaySayNothingForLong() throws Exception {
        Received received = new Received();
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(GREET, CallOptions.DEFAULT), received);

        assertThat(received.messages().poll(20, TimeUnit.SECONDS)).isEqualTo("welcome");
        assertThat(received.end().poll(10 * BODY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                .isNull();
        requests.onNext("hello");
        assertThat(received.messages().poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
        requests.onCompleted();
        assertThat(received.code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aRejectedStreamReachesTheClientAndTheNextOneHasANewerToken() throws Exception {
        accepted = "Bearer access-2";
        Received rejected = new Received();
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(ECHO, CallOptions.DEFAULT), rejected);
        requests.onNext("hello");

        assertThat(rejected.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        Received next = new Received();
        ClientCalls.asyncBidiStreamingCall(channel.newCall(ECHO, CallOptions.DEFAULT), next)
                .onCompleted();
        assertThat(next.code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aCancelledStreamEndsAtTheServer() throws Exception {
        Received received = new Received();
        var call = channel.newCall(ECHO, CallOptions.DEFAULT);
        StreamObserver<String> requests = ClientCalls.asyncBidiStreamingCall(call, received);
        requests.onNext("hello");
        assertThat(received.messages().poll(20, TimeUnit.SECONDS)).isEqualTo("hello");

        call.cancel("enough", null);

        assertThat(cancellations.poll(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void problemsOfTheSidecarHaveTheirStatus() {
        server.shutdownNow();

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "hello"));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.getStatus().getDescription()).contains("target_unavailable");
    }
}
