package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Single malicious requests on every address. None is served like a valid one, none hides another one, and the
 * connection ends or continues with the next request.
 */
@Timeout(300)
class RejectedRequestsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String HOST = "Host: localhost\r\n";
    /** A request that no address serves, and that ends the connection. */
    private static final String LAST = "GET /last HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";

    private static final Pattern SUCCESS = Pattern.compile("HTTP/\\d\\.\\d (?:101|2\\d\\d)");
    private static final Pattern RESPONSE = Pattern.compile("HTTP/\\d\\.\\d \\d{3}");

    @TempDir
    static Path directory;

    private static AttackScene scene;
    private int logged;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(RejectedRequestsIT.class, directory);
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    @BeforeEach
    void markLog() throws Exception {
        logged = scene.sidecar().log().length();
    }

    @AfterEach
    void logHasNoDefects() throws Exception {
        assertThat(scene.sidecar().log().substring(logged))
                .doesNotContain("Unhandled exception", "Uncaught", "OutOfMemory", "LEAK:");
    }

    static Stream<ListenAddress> everyAddress() throws Exception {
        return Stream.concat(Stream.of(scene.management()), scene.inside().stream());
    }

    private static void expectRejected(ListenAddress address, String request) throws Exception {
        String responses = address.exchange(request + LAST, TIMEOUT);

        assertThat(responses)
                .as("at %s", address)
                .doesNotContain("access_token")
                .doesNotContainPattern(SUCCESS);
        assertThat(RESPONSE.matcher(responses).results().count())
                .as("responses to one request and another one: %s", responses)
                .isLessThanOrEqualTo(2);
    }

    @Test
    void aMalformedEscapeIsAProblem() throws Exception {
        for (ListenAddress address : everyAddress().toList()) {
            expectProblem(address, "/token%zz");
        }
        for (ListenAddress address : scene.inside().subList(0, 3)) {
            expectProblem(address, "/token?min_ttl=%zz");
        }
        expectProblem(scene.management(), "/q/metrics?%zz");
    }

    private static void expectProblem(ListenAddress address, String target) throws Exception {
        String response =
                address.exchange("GET " + target + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n", TIMEOUT);

        assertThat(response)
                .as("at %s", address)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "invalid_request");
    }

    static List<String> malformed() {
        return List.of(
                // the request line
                "GET /token HTTP/1.2.3\r\n" + HOST + "\r\n",
                "GET /token\r\n",
                "/token HTTP/1.1\r\n" + HOST + "\r\n",
                "GET " + Floods.x(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n",
                "GET http://localhost/token HTTP/1.1\r\n" + HOST + "\r\n",
                "GET http://evil.example/token HTTP/1.1\r\n" + HOST + "\r\n",
                "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n",
                "CONNECT /token HTTP/1.1\r\n" + HOST + "\r\n",
                "TRACE /token HTTP/1.1\r\n" + HOST + "\r\n",
                "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
                // the header
                "GET /token HTTP/1.1\r\nHost : localhost\r\n\r\n",
                "GET /token HTTP/1.1\r\n" + HOST + "X-A: b\rX-C: d\r\n\r\n",
                "GET /token HTTP/1.1\r\n" + HOST + "X-A: \0\r\n\r\n",
                "GET /token HTTP/1.1\r\n" + HOST + "X A: b\r\n\r\n",
                "GET /token HTTP/1.1\r\n" + HOST + "no colon\r\n\r\n",
                "GET /token HTTP/1.1\r\n" + HOST + "X: " + Floods.x(70_000) + "\r\n\r\n",
                "GET /token HTTP/1.1\r\n" + HOST + "a: b\r\n".repeat(10_000) + "\r\n",
                // the end of the body
                "POST /token HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST /token HTTP/1.1\r\n" + HOST + "Content-Length: +1\r\n\r\na",
                "POST /token HTTP/1.1\r\n" + HOST + "Content-Length: -1\r\n\r\n",
                "POST /token HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999999999999\r\n\r\na",
                "POST /token HTTP/1.1\r\n" + HOST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /token HTTP/1.1\r\n" + HOST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST /token HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
                "POST /token HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
                // other protocols
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000" + Floods.x(600),
                "*1\r\n$4\r\nPING\r\n");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedRequestIsRejectedEverywhere(String request) throws Exception {
        for (ListenAddress address : everyAddress().toList()) {
            expectRejected(address, request);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.nip.io",
                "localhost@evil.example",
                "evil.example#localhost",
                "localhost, evil.example",
                "localhost evil.example",
                "0.0.0.0",
                "127.1",
                "127.0.0.2",
                "0x7f000001",
                "2130706433",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::1%25lo]",
                "localhost%00",
                "local%68ost",
                "localhost.",
                "\u0131ocalhost",
                "",
                "localhost\r\nHost: evil.example",
                "localhost\r\nHost: localhost",
                "localhost\r\nOrigin: http://localhost:8191",
                "localhost\r\nSec-Fetch-Site: same-origin",
                "localhost\r\nX-Forwarded-For: 127.0.0.1",
                "localhost\r\nForwarded: for=127.0.0.1",
                "localhost\r\nVia: 1.1 a"
            })
    void anotherHostNameIsRejectedInside(String host) throws Exception {
        for (ListenAddress address : scene.inside()) {
            expectRejected(address, "GET /token HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /q/health/live",
                "PUT /q/metrics",
                "DELETE /q/health/live",
                "PROPFIND /q/health/live",
                "OPTIONS /q/metrics",
                "GET /token",
                "GET /tokens/default",
                "GET /status",
                "POST /token/rejected",
                "POST /oauth2/token",
                "GET /q",
                "GET /q/",
                "GET /q/health/group/a",
                "GET /q/health/well",
                "GET /q/health/live/",
                "GET /q/health/../../token",
                "GET /q/health//live",
                "GET /q/dev-ui",
                "GET /q/openapi",
                "GET /q/arc/beans",
                "GET /page.html",
                "GET //",
                "POST /"
            })
    void nothingButProbesAndMetricsIsServedOutside(String line) throws Exception {
        ListenAddress management = scene.management();

        expectRejected(management, line + " HTTP/1.1\r\n" + HOST + "\r\n");
        expectRejected(management, line + " HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\n\r\nbody");
        expectRejected(
                management, line + " HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
    }

    /** Pages from elsewhere, other pods and proxies see nothing of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: 10.0.0.7:9191",
                "Host: localhost\r\nHost: localhost",
                "Host: localhost\r\nSec-Fetch-Site: cross-site",
                "Host: localhost\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
                "Host: localhost\r\nOrigin: http://evil.example",
                "Host: localhost\r\nX-Forwarded-For: 127.0.0.1",
                "Host: localhost\r\nVia: 1.1 a"
            })
    void thePageIsForThisHostOnly(String headers) throws Exception {
        for (String path : List.of("/", "/page.css", "/page.js", "/page.svg")) {
            expectRejected(scene.management(), "GET " + path + " HTTP/1.1\r\n" + headers + "\r\n\r\n");
        }
    }

    /** The server may ignore a request for another protocol (RFC 9110 section 7.8), but must not switch to it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
                "Connection: Upgrade\r\nUpgrade: TLS/1.3\r\n"
            })
    void noOtherProtocolIsSpoken(String fields) throws Exception {
        for (ListenAddress address : everyAddress().toList()) {
            String responses = address.exchange("GET /token HTTP/1.1\r\n" + HOST + fields + "\r\n" + LAST, TIMEOUT);

            assertThat(responses).as("at %s", address).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 101");
        }
    }
}
