package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port for gateways of the packaged application. */
@Timeout(120)
class AuthorizeIT {

    private static final String SECRET = "X-Sidecar-Secret: s3cret\r\n";

    @TempDir
    Path directory;

    private final int port = ChildProcess.freePort();

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "AuthorizeIT.log"), DemoOptions.defaults());
        testBed.set("SIDECAR_AUTHORIZE_PORT", Integer.toString(port));
        testBed.set("SIDECAR_AUTHORIZE_CALLER_SECRET_FILE", testBed.write("gateway", "s3cret"));
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private RawHttp.Response send(String request) {
        try (RawHttp client = RawHttp.open(port)) {
            return client.send(request).readResponse();
        }
    }

    private static String authorization(RawHttp.Response response) {
        return response.head().stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("authorization: "))
                .findFirst()
                .orElse("");
    }

    /** Each request begins with a line and its fields; the secret follows. */
    private static final List<String> OF_STRANGERS = List.of(
            "GET / HTTP/1.1\r\nHost: api.example.com\r\n",
            "GET /token HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\nForwarded: for=203.0.113.7\r\n",
            "OPTIONS /orders/7?x=1 HTTP/1.1\r\nHost: shop.example.com\r\nOrigin: https://shop.example.com\r\n",
            "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: api.example.com\r\n",
            "GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: api.example.com\r\n",
            "GET /introspect HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer of-a-stranger\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: api.example.com\r\n",
            "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com\r\n",
            "GET ; HTTP/1.1\r\nHost: api.example.com\r\n",
            "GET http://api.example.com/x HTTP/1.1\r\nHost: api.example.com\r\n",
            "PROPFIND /x HTTP/1.1\r\nHost: api.example.com\r\nUpgrade: websocket\r\nConnection: upgrade\r\n");

    private static final String FORM =
            "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n";

    @Test
    void anyRequestOfAGatewayGetsTheToken() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String token = "Bearer "
                    + testBed.get(sidecar.api("/token"), Map.of("Accept", "text/plain"))
                            .body();
            for (String request : OF_STRANGERS) {
                RawHttp.Response response = send(request + SECRET + "\r\n");

                assertThat(response.status()).as(request).isEqualTo(200);
                assertThat(authorization(response)).as(request).isEqualToIgnoringCase("authorization: " + token);
                assertThat(response.body()).isEmpty();
                assertThat(response.head()).anyMatch(line -> line.equalsIgnoreCase("cache-control: no-store"));
            }
            assertThat(send(FORM + SECRET + "\r\nclient_secret=s3cret").status())
                    .isEqualTo(200);
            assertThat(testBed.apiAccepts(token.substring("Bearer ".length()))).isTrue();
        }
    }

    @Test
    void nobodyGetsATokenWithoutTheSecret() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            for (String request : OF_STRANGERS) {
                RawHttp.Response response = send(request + "X-Sidecar-Secret: guessed\r\n\r\n");

                assertThat(response.status()).as(request).isEqualTo(403);
                assertThat(authorization(response)).as(request).isEmpty();
            }
            assertThat(send(FORM + "\r\nclient_secret=s3cret").status())
                    .as("a stranger chooses the body")
                    .isEqualTo(403);
            assertThat(sidecar.log())
                    .as("a stranger must not fill the log")
                    .containsOnlyOnce("a caller is rejected listener=127.0.0.1:" + port)
                    .doesNotContain("ERROR");
        }
    }

    @Test
    void theSecretMayBeAPassword() throws Exception {
        String pair = Base64.getEncoder().encodeToString("traefik:s3cret".getBytes(StandardCharsets.UTF_8));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(send("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + pair + "\r\n\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutATokenTheResponseSaysNothing() throws Exception {
        testBed.server().faults().always(Fault.status(503));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            sidecar.awaitLog("refresh failed");

            RawHttp.Response response = send("GET / HTTP/1.1\r\nHost: x\r\n" + SECRET + "\r\n");

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).isEmpty();
            assertThat(response.head())
                    .anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("retry-after: "));
            assertThat(sidecar.log()).as("a stranger must not fill the log").doesNotContain("Unhandled exception");
        }
    }

    @Test
    void gatewaysWaitForTheTokenAndMayLeave() throws Exception {
        testBed.server().faults().next(Fault.hold());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            testBed.server().awaitHeld(1);
            try (RawHttp waiting = RawHttp.open(port)) {
                var unusedWaiting = waiting.send("GET / HTTP/1.1\r\nHost: x\r\n" + SECRET + "\r\n");
                try (RawHttp leaving = RawHttp.open(port)) {
                    var unusedLeaving = leaving.send("GET / HTTP/1.1\r\nHost: x\r\n" + SECRET + "\r\n");
                    sidecar.awaitWaiters(2);
                }
                sidecar.awaitWaiters(1);
                testBed.server().release();

                assertThat(waiting.readResponse().status()).isEqualTo(200);
            }
        }
    }
}
