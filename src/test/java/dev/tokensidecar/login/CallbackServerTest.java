package dev.tokensidecar.login;

import static dev.tokensidecar.login.Requests.PAGE;
import static dev.tokensidecar.login.Requests.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.login.AuthorizationResponse.CodeIssued;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.token.Secret;
import io.vertx.mutiny.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loopback redirect, over real connections. */
@Timeout(60)
class CallbackServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient browser = HttpClient.newHttpClient();
    private final CallbackServer server = CallbackServer.open(RedirectAddress.DEFAULT, vertx);

    @AfterEach
    void close() {
        browser.close();
        server.close();
        vertx.closeAndAwait();
    }

    private CallbackServer.Callback await(Duration timeout) throws InterruptedException {
        return server.await(timeout);
    }

    private void expect() {
        server.expect(query -> AuthorizationResponse.of(query, REQUEST, PAGE));
    }

    private CompletableFuture<HttpResponse<String>> get(String target) {
        return send(HttpRequest.newBuilder(server.redirectUri().resolve(target)));
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        return browser.sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Lets the server wait, as long as the test asks it other things. */
    private CompletableFuture<CallbackServer.Callback> waiting() {
        CompletableFuture<CallbackServer.Callback> waiting = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(await(PATIENCE));
            } catch (InterruptedException | RuntimeException e) {
                waiting.completeExceptionally(e);
            }
        });
        return waiting;
    }

    private static void assertProtected(HttpResponse<String> page) {
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; style-src 'sha256-");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    }

    @Test
    void thePortIsOnLoopbackAndChosenByTheSystem() {
        assertThat(server.redirectUri().toString()).matches("http://127\\.0\\.0\\.1:[1-9]\\d*/callback");
    }

    @Test
    void theBrowserWaitsForThePageThatTheLoginShows() throws Exception {
        expect();
        CompletableFuture<HttpResponse<String>> page = get("/callback?code=c-1&state=state-1");
        CallbackServer.Callback callback = await(PATIENCE);

        assertThat(callback.response()).isEqualTo(new CodeIssued(Secret.of("c-1")));
        assertThat(page).isNotDone();
        callback.show(CallbackPage.LOGGED_IN);

        assertThat(page.get().statusCode()).isEqualTo(200);
        assertThat(page.get().body())
                .contains("You are logged in", "You may close this page")
                .doesNotContain("c-1");
        assertProtected(page.get());
    }

    @Test
    void aWrongStateGetsAnErrorPageAndTheCommandGoesOnWaiting() throws Exception {
        expect();
        CompletableFuture<CallbackServer.Callback> waiting = waiting();
        HttpResponse<String> wrong =
                get("/callback?code=c-1&state=state-2&x=%3Cscript%3E").get();

        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("not the login that your terminal waits for")
                .doesNotContain("script>");
        assertProtected(wrong);
        assertThat(waiting).isNotDone();

        CompletableFuture<HttpResponse<String>> right = get("/callback?code=c-2&state=state-1");
        waiting.get().show(CallbackPage.LOGGED_IN);
        assertThat(right.get().statusCode()).isEqualTo(200);
    }

    @Test
    void theResponseCountsOnce() throws Exception {
        expect();
        CompletableFuture<HttpResponse<String>> first = get("/callback?code=c-1&state=state-1");
        CallbackServer.Callback callback = await(PATIENCE);

        assertThat(get("/callback?code=c-2&state=state-1").get().statusCode()).isEqualTo(400);
        callback.show(CallbackPage.NOT_LOGGED_IN);
        assertThat(first.get().body()).contains("The login has failed");
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertThat(get("/").get().statusCode()).isEqualTo(404);
        assertThat(get("/callback/?code=c-1&state=state-1").get().statusCode()).isEqualTo(404);
        assertThat(get("/favicon.ico").get().statusCode()).isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(server.redirectUri()).POST(BodyPublishers.ofString("code=c")))
                        .get()
                        .statusCode())
                .isEqualTo(405);
        assertThat(get("/callback").get().statusCode()).as("nobody waits yet").isEqualTo(400);
    }

    /** DNS rebinding: a page of another name that points to this host. */
    @Test
    void onlyItsOwnHostIsServed() throws Exception {
        expect();
        int port = server.redirectUri().getPort();
        CompletableFuture<CallbackServer.Callback> waiting = waiting();

        for (String host : new String[] {"evil.example", "localhost:" + port, "127.0.0.1"}) {
            try (RawHttp connection = RawHttp.send(
                    port, "GET /callback?code=c-1&state=state-1 HTTP/1.1", "Host: " + host, "Connection: close")) {
                assertThat(connection.readResponse().status()).isEqualTo(404);
            }
        }
        assertThat(waiting).isNotDone();
        waiting.cancel(true);
    }

    @Test
    void theConnectionEndsWithTheResponse() {
        for (String method : new String[] {"GET", "POST"}) {
            try (RawHttp connection = RawHttp.send(
                    server.redirectUri().getPort(),
                    method + " /callback HTTP/1.1",
                    "Host: " + server.redirectUri().getAuthority(),
                    "Content-Length: 0")) {
                assertThat(connection.readUntilClosed().head()).contains("connection: close");
            }
        }
    }

    @Test
    void aResponseToAnotherLoginIsMentionedWhenNobodyLogsIn() throws Exception {
        expect();
        assertThat(get("/callback?code=c-1&state=state-2").get().statusCode()).isEqualTo(400);

        assertThatThrownBy(() -> await(Duration.ofMillis(1)))
                .isInstanceOf(LoginFailure.class)
                .hasMessage("nobody logged in within 0.001s, but a response came that has another state than this"
                        + " login: try again, and open the address that the command shows then");
    }

    @Test
    void nobodyWaitsForEver() {
        assertThatThrownBy(() -> await(Duration.ofMillis(1)))
                .isInstanceOf(LoginFailure.class)
                .hasMessage("nobody logged in within 0.001s: try again, with a longer --timeout if need be");
    }

    @Test
    void aPortInUseIsReported() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI taken = URI.create("http://127.0.0.1:" + other.getLocalPort() + "/callback");

            assertThatThrownBy(() -> CallbackServer.open(new RedirectAddress(taken), vertx))
                    .isInstanceOf(LoginFailure.class)
                    .hasMessageStartingWith("port " + other.getLocalPort() + " of 127.0.0.1 cannot be opened: ");
        }
    }
}
