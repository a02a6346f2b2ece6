package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.testing.http.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard on a server with the PROXY protocol, so that a test can use any peer address without leaving loopback. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GuardTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final int PORT = start().actualPort();
    private static final String LOCAL = "TCP4 127.0.0.1 127.0.0.1";

    private static HttpServer start() {
        Router router = Router.router(VERTX);
        router.route()
                .handler(new Guard(new ProblemResponder(new ObjectMapper()), CallerCredentials.NONE, AuditTrail.OFF));
        router.route().handler(exchange -> exchange.end("let in"));
        return VERTX.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setUseProxyProtocol(true))
                .requestHandler(router)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static RawHttp.Response ask(String peer, String... headers) {
        String head = "PROXY " + peer + " 40000 8191\r\nGET /token HTTP/1.1\r\nConnection: close";
        String lines = headers.length == 0 ? head : head + "\r\n" + String.join("\r\n", headers);
        try (RawHttp connection = RawHttp.send(PORT, lines)) {
            return connection.readUntilClosed();
        }
    }

    private static void expectLetIn(RawHttp.Response reply) {
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("let in");
        assertThat(reply.head()).contains("cache-control: no-store");
    }

    private static void expectForbidden(RawHttp.Response reply, String reason) {
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.head()).contains("content-type: application/problem+json", "cache-control: no-store");
        JsonObject problem = new JsonObject(reply.body());
        assertThat(problem.getString("error")).isEqualTo("forbidden");
        assertThat(problem.getString("detail")).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TCP4 127.0.0.1 127.0.0.1",
                "TCP4 127.0.0.5 127.0.0.1",
                "TCP4 127.255.255.254 127.0.0.1",
                "TCP6 ::1 ::1",
                "TCP6 ::ffff:127.0.0.1 ::1"
            })
    void callerOnLoopbackIsLetIn(String peer) {
        expectLetIn(ask(peer, "Host: localhost"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TCP4 10.0.0.7 127.0.0.1",
                "TCP4 128.0.0.1 127.0.0.1",
                "TCP4 0.0.0.0 127.0.0.1",
                "TCP6 2001:db8::1 ::1",
                "TCP6 fe80::1 ::1",
                "TCP6 :: ::1",
                "TCP6 ::ffff:10.0.0.7 ::1"
            })
    void callerFromElsewhereIsRejected(String peer) {
        expectForbidden(ask(peer, "Host: localhost"), "not in this pod");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "localhost:8191",
                "LocalHost:1",
                "127.0.0.1",
                "127.0.0.1:1",
                "[::1]",
                "[::1]:8191"
            })
    void nameOfLoopbackIsLetIn(String host) {
        expectLetIn(ask(LOCAL, "Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8191",
                "127.0.0.1.evil.example",
                "localhost.evil",
                "localhost.",
                "127.0.0.2",
                "[::2]",
                "2130706433",
                ""
            })
    void otherNameIsRejected(String host) {
        expectForbidden(ask(LOCAL, "Host: " + host), "the Host header must be");
    }

    @Test
    void secondHostIsRejected() {
        expectForbidden(ask(LOCAL, "Host: localhost", "Host: localhost"), "the Host header must be");
    }

    /** The framework rejects these before the guard. */
    @ParameterizedTest
    @ValueSource(strings = {"X: no name at all", "Host: localhost@evil.example", "Host: localhost, evil.example"})
    void missingOrMalformedHostIsABadRequest(String header) {
        assertThat(ask(LOCAL, header).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "Forwarded,for=10.0.0.7",
        "FORWARDED,for=127.0.0.1",
        "X-Forwarded-For,127.0.0.1",
        "x-forwarded-host,localhost",
        "X-FORWARDED-PROTO,http",
        "X-Forwarded-Anything,1",
        "Via,1.1 proxy",
        "vIA,1.1 proxy",
        "Origin,http://localhost:8191",
        "origin,null",
        "Sec-Fetch-Site,same-origin",
        "sec-fetch-SITE,none",
        "Via,''"
    })
    void headerOfABrowserOrProxyIsRejected(String name, String value) {
        expectForbidden(ask(LOCAL, "Host: localhost", name + ": " + value), name.toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded", "X-Request-Id", "Referer", "Sec-Fetch", "traceparent"})
    void otherHeaderIsLetIn(String name) {
        expectLetIn(ask(LOCAL, "Host: localhost", name + ": x"));
    }
}
