package dev.tokensidecar.oauth2.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.testing.Intercepted;
import dev.tokensidecar.testing.server.RawServer;
import dev.tokensidecar.testing.server.RawServer.Script;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.http.HttpClientBuilder;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.mutiny.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpTransportTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private static final Duration SHORT = Duration.ofMillis(300);

    private static Vertx vertx;

    private final HttpTransport transport = transport(TIMEOUT, TIMEOUT);

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.closeAndAwait();
    }

    @Test
    void aFormIsPostedInOnePieceAndTheResponseIsRead() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 503 X\r\nDate: d\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}");
        })) {
            Form form = new Form();
            form.add("resource", "https://a/?b=c d");
            form.add("resource", "\u00e9");

            InboundResponse response = transport
                    .send(
                            server.http(),
                            new OutboundRequest(
                                    HttpMethod.POST, Map.of("Authorization", Secret.of("Basic abc")), form.body()))
                    .await()
                    .atMost(TIMEOUT);

            assertThat(response)
                    .isEqualTo(new InboundResponse(
                            503, Map.of("date", "d", "retry-after", "7", "content-length", "2"), "{}"));
            assertThat(server.arrived.get(20, TimeUnit.SECONDS).split("\n"))
                    .startsWith("POST /token?tenant=1 HTTP/1.1")
                    .contains(
                            "Authorization: Basic abc",
                            "Accept: application/json",
                            "User-Agent: token-sidecar",
                            "content-length: 53")
                    .contains("Content-Type: application/x-www-form-urlencoded")
                    .endsWith("resource=https%3A%2F%2Fa%2F%3Fb%3Dc+d&resource=%C3%A9")
                    .noneMatch(line -> line.startsWith("transfer-encoding"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 104, 199})
    void interimResponsesAreSkipped(int status) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 %d X\r\n\r\n".formatted(status));
            connection.respond(200, "the response");
        })) {
            assertThat(send(server.http()).body()).isEqualTo("the response");
        }
    }

    /** RFC 9112 section 5.2: a user agent joins the lines. */
    @Test
    void aFieldOfSeveralLinesCostsNoAnswer() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nX-Policy: a;\r\n b\r\n\tc\r\nContent-Length: 10\r\n\r\nthe answer");
        })) {
            assertThat(send(server.http()).body()).isEqualTo("the answer");
        }
    }

    @Test
    @DisplayName("A connection that the server closed while it was idle causes no second token request: it is never"
            + " used again (R27)")
    void noConnectionIsUsedTwice() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.respond(200, "{}");
            connection.hold();
        })) {
            assertThat(send(server.http())).isNotNull();
            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(send(server.http())).isNotNull();

            assertThat(server.connections()).isEqualTo(2);
        }
    }

    static Stream<Named<Script>> breakages() {
        return Stream.of(
                Named.of("reset", connection -> {
                    connection.readRequest();
                    connection.reset();
                }),
                Named.of("an unsolicited upgrade", connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
                    connection.respond(200, "{}");
                    connection.hold();
                }),
                Named.of("a length beside chunks", connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 X\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}");
                    connection.hold();
                }),
                Named.of("close", RawServer.Connection::readRequest),
                Named.of("close within the head", connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 X\r\nContent-Le");
                }),
                Named.of("close within the body", connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"access_token\":");
                }),
                Named.of("close between chunks", connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
                }),
                Named.of("not HTTP", connection -> {
                    connection.readRequest();
                    connection.send("SSH-2.0-OpenSSH\r\n\r\n");
                    connection.hold();
                }));
    }

    /** The beginning of a success may contain the new refresh token. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n20\r\n"})
    void whatHasArrivedOfASuccessIsKept(String framing) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 X\r\nX-Id: 7\r\n" + framing + "{\"refresh_token\":\"r2\",");
        })) {
            InboundResponse response = send(server.http());

            assertThat(response.body()).isEqualTo("{\"refresh_token\":\"r2\",");
            assertThat(response.header("X-Id")).isEqualTo("7");
            assertThat(response.brokenOff())
                    .isNotNull()
                    .satisfies(failure -> assertThat(failure.error()).isEqualTo("connection_lost"));
        }
    }

    @Test
    void anErrorThatBreaksOffIsAFailure() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 400 X\r\nContent-Length: 100\r\n\r\n{\"error\":");
        })) {
            assertUnavailable(failure(transport, server.http()), "connection_lost", true);
        }
    }

    @Test
    void aSuccessThatDoesNotEndInTimeKeepsWhatHasArrived() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"refresh_token\":\"r2\",");
            connection.hold();
        })) {
            InboundResponse response =
                    post(transport(TIMEOUT, SHORT), server.http()).await().atMost(TIMEOUT);

            assertThat(response.body()).startsWith("{\"refresh_token\"");
            assertThat(response.brokenOff())
                    .isNotNull()
                    .satisfies(failure -> assertThat(failure.error()).isEqualTo("timeout"));
            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9_000, 60_000})
    void aLongHeaderFieldIsRead(int length) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send(
                    "HTTP/1.1 200 X\r\nX-Policy: %s\r\nContent-Length: 2\r\n\r\n{}".formatted("p".repeat(length)));
        })) {
            assertThat(send(server.http()).header("X-Policy")).hasSize(length);
        }
    }

    @Test
    void aCompressedBodyIsDecodedAlthoughNobodyHasAskedForIt() throws Exception {
        byte[] body = gzip("{\"access_token\":\"a1\"}");
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.send(body);
        })) {
            assertThat(send(server.http()).body()).isEqualTo("{\"access_token\":\"a1\"}");
            assertThat(server.arrived.get(20, TimeUnit.SECONDS)).doesNotContainIgnoringCase("accept-encoding");
        }
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return compressed.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("breakages")
    @DisplayName("The HTTP client never repeats a token request by itself: after each kind of broken connection (R26)")
    void aBrokenConnectionIsInDoubtAndNotRetried(Script breakage) throws Exception {
        try (RawServer server = new RawServer(breakage)) {
            RefreshFailure failure = failure(transport, server.http());

            assertUnavailable(failure, "connection_lost", true);
            assertThat(failure.detail())
                    .contains("127.0.0.1:" + server.http().getPort())
                    .doesNotContain("tenant");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aSilentServerTimesOut() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::hold)) {
            assertUnavailable(failure(transport(TIMEOUT, SHORT), server.http()), "timeout", true);

            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 X\r\nContent-Length: 60000\r\n\r\n", "HTTP/1.1 200 X\r\nX-Long: "})
    void aServerThatTricklesTimesOut(String beginning) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send(beginning);
            connection.trickle();
        })) {
            assertUnavailable(failure(transport(TIMEOUT, SHORT), server.http()), "timeout", true);

            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aTimedOutRequestIsResetAndNotSentLater() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::hold)) {
            assertUnavailable(failure(transport(TIMEOUT, SHORT), server.http()), "timeout", true);

            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.reset)
                    .as("after a regular close the kernel would keep sending")
                    .isTrue();
        }
    }

    @Test
    void cancellingClosesTheConnection() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::hold)) {
            Cancellable exchange = post(transport, server.http()).subscribe().with(response -> {});
            assertThat(server.arrived.get(20, TimeUnit.SECONDS)).isNotNull();

            exchange.cancel();

            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cancellingDuringTheBodyClosesTheConnection() throws Exception {
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 X\r\nContent-Length: 60000\r\n\r\n{");
            started.complete(true);
            connection.trickle();
        })) {
            Cancellable exchange = post(transport, server.http()).subscribe().with(response -> {});
            assertThat(started.get(20, TimeUnit.SECONDS)).isTrue();

            exchange.cancel();

            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cancellingDuringTheHandshakeSendsNothingMore() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::hold)) {
            UniAssertSubscriber<InboundResponse> subscriber = post(transport(SHORT, TIMEOUT), server.https())
                    .subscribe()
                    .withSubscriber(UniAssertSubscriber.create());
            assertThat(server.arrived.get(20, TimeUnit.SECONDS)).isNotNull();

            subscriber.cancel();

            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
            subscriber.assertNotTerminated();
        }
    }

    @Test
    void aBodyAtTheLimitIsRead() throws Exception {
        String body = "x".repeat(MAX_BODY_BYTES);
        try (RawServer server = respondingWith(200, body)) {
            assertThat(send(server.http()).body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2000000", "Transfer-Encoding: chunked"})
    void aBodyBeyondTheLimitClosesTheConnection(String framing) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 X\r\n" + framing + "\r\n\r\n");
            connection.send(framing.startsWith("T") ? "100001\r\n" : "");
            connection.send("x".repeat(MAX_BODY_BYTES + 1));
            connection.hold();
        })) {
            RefreshFailure failure = failure(transport, server.http());

            assertThat(failure).isInstanceOf(InvalidResponse.class).hasMessageContaining("more than 1048576 bytes");
            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsReturnedAndNotFollowed(int status) throws Exception {
        try (RawServer target = respondingWith(200, "{}");
                RawServer server = new RawServer(connection -> {
                    connection.readRequest();
                    connection.send("HTTP/1.1 %d X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                            .formatted(status, target.http()));
                })) {
            assertThat(send(server.http()).status()).isEqualTo(status);
            assertThat(transport.get(server.http()).await().atMost(TIMEOUT).status())
                    .isEqualTo(status);

            assertThat(target.connections()).isZero();
        }
    }

    @Test
    void theCookiesOfAResponseAreReadAndDeletedOnesAreNot() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send(String.join(
                    "\r\n",
                    "HTTP/1.1 200 X",
                    "Set-Cookie: session=a%2Fb.c==; Path=/; HttpOnly; Max-Age=600",
                    "set-cookie: __Host-rt=\"quoted\"; Secure",
                    "Set-Cookie: gone=x; Max-Age=0",
                    "Set-Cookie: old=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                    "Set-Cookie: empty=",
                    "Set-Cookie: =odd",
                    "Set-Cookie: twice=1",
                    "Set-Cookie: twice=2",
                    "Set-Cookie: moved=new; Path=/",
                    "Set-Cookie: moved=; Path=/old; Max-Age=0",
                    "Content-Length: 2",
                    "",
                    "{}"));
        })) {
            assertThat(send(server.http()).cookies())
                    .isEqualTo(Map.of("session", "a%2Fb.c==", "__Host-rt", "\"quoted\"", "twice", "2", "moved", "new"));
        }
    }

    /** The refresh token may be in a header or a cookie. */
    @Test
    void aBodyInAnUnknownContentCodingIsUnusableButTheRestIsKept() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send(
                    "HTTP/1.1 200 X\r\nContent-Encoding: br\r\nSet-Cookie: rt=r2\r\nContent-Length: 2\r\n\r\n{}");
        })) {
            InboundResponse response = send(server.http());

            assertThat(response.cookie("rt")).isEqualTo("r2");
            assertThat(response.body()).isEmpty();
            assertThat(response.brokenOff()).isInstanceOf(InvalidResponse.class);
        }
    }

    @Test
    void aRefusedConnectionIsNotInDoubt() throws Exception {
        RawServer server = new RawServer(connection -> {});
        server.close();

        RefreshFailure failure = failure(transport, server.http());

        assertUnavailable(failure, "connect_failed", false);
        assertThat(failure.detail())
                .isEqualTo("no connection to 127.0.0.1:" + server.http().getPort() + ": refused");
    }

    @Test
    void anUnknownHostIsNotInDoubt() {
        RefreshFailure failure = failure(transport, URI.create("http://nowhere.invalid/token"));

        assertUnavailable(failure, "connect_failed", false);
        assertThat(failure.detail()).contains("nowhere.invalid:80");
    }

    @Test
    void aNameResolutionTimeoutIsNotInDoubt() {
        Executor hanging = task -> {};
        HttpTransport unresolving = new HttpTransport(
                vertx,
                hanging,
                HttpClientOptions::new,
                ProxyRules.DIRECT,
                new TransportLimits(SHORT, TIMEOUT, MAX_BODY_BYTES));

        RefreshFailure failure = failure(unresolving, URI.create("http://nowhere.invalid/token"));

        assertUnavailable(failure, "connect_failed", false);
        assertThat(failure.detail()).isEqualTo("no connection to nowhere.invalid:80: timed out");
    }

    @Test
    void theHostHeaderHasTheServersName() throws Exception {
        try (RawServer server = respondingWith(200, "{}")) {
            String name = "localhost:" + server.http().getPort();

            assertThat(send(URI.create("http://" + name + "/token"))).isNotNull();

            assertThat(server.arrived.get(20, TimeUnit.SECONDS)).contains("host: " + name);
        }
    }

    /** Docker Compose makes such names of service names. */
    @Test
    void aHostNameMayHaveAnUnderscore() throws Exception {
        try (RawServer server = respondingWith(200, "{}")) {
            HttpTransport compose = resolving("127.0.0.1");
            URI uri = URI.create("http://auth_server:" + server.http().getPort() + "/token?tenant=1");

            assertThat(compose.get(uri).await().atMost(TIMEOUT).status()).isEqualTo(200);

            assertThat(server.arrived.get(20, TimeUnit.SECONDS))
                    .startsWith("GET /token?tenant=1 HTTP/1.1")
                    .contains("host: auth_server:" + server.http().getPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2 127.0.0.1", "::1 127.0.0.2 127.0.0.1", "127.0.0.2 127.0.0.3 ::1 127.0.0.1"})
    void theNextAddressIsTriedIfThereIsNoConnectionToThisOne(String addresses) throws Exception {
        try (RawServer server = respondingWith(200, "{}")) {
            HttpTransport several = resolving(addresses);

            for (int request = 0; request < 2; request++) {
                InboundResponse response = several.get(named(server)).await().atMost(TIMEOUT);
                assertThat(response.status()).isEqualTo(200);
            }

            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void ifNoAddressCanBeReachedTheFailureIsThatOfTheLast() throws Exception {
        RawServer server = respondingWith(200, "{}");
        server.close();

        RefreshFailure failure = failure(resolving("127.0.0.2 127.0.0.1"), named(server));

        assertUnavailable(failure, "connect_failed", false);
        assertThat(failure.detail())
                .isEqualTo("no connection to auth.example:" + server.http().getPort() + ": refused");
    }

    /** The server may have processed the request. */
    @Test
    void noOtherAddressIsTriedOnceThereWasAConnection() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::readRequest)) {
            RefreshFailure failure = failure(resolving("127.0.0.1 127.0.0.1 127.0.0.2"), named(server));

            assertUnavailable(failure, "connection_lost", true);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void eachAddressButTheLastHasHalfOfTheConnectTimeout() throws Exception {
        List<Integer> limits = new ArrayList<>();
        io.vertx.core.Vertx recording = Intercepted.of(
                io.vertx.core.Vertx.class,
                vertx.getDelegate(),
                Map.of(
                        "httpClientBuilder",
                        none -> recording(limits, vertx.getDelegate().httpClientBuilder())));
        try (RawServer server = respondingWith(200, "{}")) {
            HttpTransport several = resolving(new Vertx(recording), "127.0.0.2 127.0.0.3 127.0.0.1");

            assertThat(several.get(named(server)).await().atMost(TIMEOUT).status())
                    .isEqualTo(200);
        }

        int full = Math.toIntExact(TIMEOUT.toMillis());
        assertThat(limits).containsExactly(full / 2, full / 2, full);
    }

    private static HttpClientBuilder recording(List<Integer> limits, HttpClientBuilder builder) {
        return Intercepted.of(HttpClientBuilder.class, builder, Map.of("with", sent -> {
            if (sent[0] instanceof HttpClientOptions options) {
                limits.add(options.getConnectTimeout());
                return builder.with(options);
            }
            return builder.with((PoolOptions) sent[0]);
        }));
    }

    private static URI named(RawServer server) {
        return URI.create("http://auth.example:" + server.http().getPort() + "/token");
    }

    private static HttpTransport resolving(String addresses) {
        return resolving(vertx, addresses);
    }

    private static HttpTransport resolving(Vertx vertx, String addresses) {
        HostAddresses.Resolver resolver = host -> {
            List<InetAddress> found = new ArrayList<>();
            for (String address : addresses.split(" ", -1)) {
                found.add(InetAddress.getByName(address));
            }
            return found.toArray(InetAddress[]::new);
        };
        return new HttpTransport(
                vertx,
                new HostAddresses(Runnable::run, resolver),
                HttpClientOptions::new,
                ProxyRules.DIRECT,
                new TransportLimits(TIMEOUT, TIMEOUT, MAX_BODY_BYTES));
    }

    /** Some servers answer a handshake in plain HTTP, and others close the connection. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 X\r\n\r\n", ""})
    void aServerWithoutTlsIsNotInDoubt(String answer) throws Exception {
        try (RawServer server = new RawServer(connection -> connection.send(answer))) {
            RefreshFailure failure = failure(transport, server.https());

            assertUnavailable(failure, "tls_failed", false);
            assertThat(failure.detail())
                    .isEqualTo("TLS with 127.0.0.1:" + server.https().getPort()
                            + " failed: the server may not speak TLS at this port");
        }
    }

    @Test
    void aHandshakeThatNeverEndsIsNotInDoubt() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::hold)) {
            RefreshFailure failure = failure(transport(SHORT, TIMEOUT), server.https());

            assertThat(failure).isInstanceOf(Unavailable.class);
            assertThat(failure.inDoubt()).isFalse();
            assertThat(server.closedByClient.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void eachExchangeReadsTheOptionsAnew() throws Exception {
        CompletableFuture<Boolean> called = new CompletableFuture<>();
        HttpTransport reloading = new HttpTransport(
                vertx,
                Runnable::run,
                () -> {
                    called.complete(true);
                    return new HttpClientOptions();
                },
                ProxyRules.DIRECT,
                new TransportLimits(TIMEOUT, TIMEOUT, MAX_BODY_BYTES));
        try (RawServer server = respondingWith(200, "{}")) {
            Uni<InboundResponse> exchange = post(reloading, server.http());
            assertThat(called).isNotDone();

            exchange.await().atMost(TIMEOUT);

            assertThat(called).isDone();
        }
    }

    private static RawServer respondingWith(int status, String body) {
        return new RawServer(connection -> {
            connection.readRequest();
            connection.respond(status, body);
        });
    }

    private static HttpTransport transport(Duration connectTimeout, Duration timeout) {
        return new HttpTransport(
                vertx,
                Runnable::run,
                HttpClientOptions::new,
                ProxyRules.DIRECT,
                new TransportLimits(connectTimeout, timeout, MAX_BODY_BYTES));
    }

    private InboundResponse send(URI uri) {
        return post(transport, uri).await().atMost(TIMEOUT);
    }

    private static Uni<InboundResponse> post(HttpTransport transport, URI uri) {
        return transport.send(uri, new OutboundRequest(HttpMethod.POST, Map.of(), new Form().body()));
    }

    private static RefreshFailure failure(HttpTransport transport, URI uri) {
        Throwable failure = post(transport, uri)
                .invoke(InboundResponse::requireComplete)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
        assertThat(failure).isInstanceOf(RefreshFailure.class);
        return (RefreshFailure) failure;
    }

    private static void assertUnavailable(RefreshFailure failure, String error, boolean inDoubt) {
        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.inDoubt()).isEqualTo(inDoubt);
    }
}
