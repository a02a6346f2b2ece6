package dev.tokensidecar.login;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receives the response of the authorization server from the browser, on loopback (RFC 8252 section 7.3). Serves one path,
 * to GET requests that name its own address, until one of them brings the response.
 */
final class CallbackServer implements AutoCloseable {

    private static final Duration SENDING = Duration.ofSeconds(5);

    /** The browser waits while the code is redeemed. */
    private static final int IDLE_SECONDS = 300;

    /** Codes of some servers are longer than a kilobyte. */
    private static final int MAX_TARGET = 32 * 1024;

    private final RedirectAddress address;
    private final HttpServer server;
    private final CompletableFuture<Callback> received = new CompletableFuture<>();
    private volatile Function<@Nullable String, AuthorizationResponse> reader =
            early -> new AuthorizationResponse.Unrelated();
    private volatile boolean otherResponse;

    private CallbackServer(RedirectAddress wanted, Vertx vertx) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxInitialLineLength(MAX_TARGET)
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false);
        server = vertx.createHttpServer(options);
        server.getDelegate().requestHandler(this::serve);
        try {
            var unused = server.listenAndAwait(wanted.uri().getPort(), wanted.bindAddress());
        } catch (RuntimeException inUse) {
            throw new LoginFailure(
                    "port " + wanted.uri().getPort() + " of " + wanted.bindAddress()
                            + " cannot be opened: end the program that uses it, or choose another --redirect-uri",
                    inUse);
        }
        address = wanted.withPort(server.actualPort());
    }

    /**
     * Opens the port.
     *
     * @throws LoginFailure if the port is in use
     */
    static CallbackServer open(RedirectAddress address, Vertx vertx) {
        return new CallbackServer(address, vertx);
    }

    URI redirectUri() {
        return address.uri();
    }

    /**
     * Says which response counts. Until then none does.
     *
     * @param expected reads the query of a request
     */
    void expect(Function<@Nullable String, AuthorizationResponse> expected) {
        reader = expected;
    }

    /**
     * Waits for the response.
     *
     * @throws LoginFailure if the response does not come in time
     */
    Callback await(Duration timeout) throws InterruptedException {
        try {
            return received.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException nobody) {
            throw otherResponse ? LoginFailure.timeoutAfterOtherResponse(timeout) : LoginFailure.timeout(timeout);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails this future", e);
        }
    }

    /** Does not wait, because nothing may keep a result back. */
    @Override
    public void close() {
        server.closeAndForget();
    }

    private void serve(HttpServerRequest request) {
        boolean here =
                address.isHost(request.getHeader("Host")) && address.path().equals(request.path());
        if (!here) {
            var unused = answer(request, CallbackPage.NOT_FOUND);
        } else if (!request.method().equals(HttpMethod.GET)) {
            request.response().putHeader("Allow", "GET");
            var unused = answer(request, CallbackPage.NOT_ALLOWED);
        } else {
            receive(request);
        }
    }

    private void receive(HttpServerRequest request) {
        AuthorizationResponse response = reader.apply(request.query());
        boolean unrelated = response instanceof AuthorizationResponse.Unrelated;
        if (unrelated || !received.complete(new Callback(response, page -> answer(request, page)))) {
            if (unrelated && request.query() != null) {
                otherResponse = true;
            }
            var unused = answer(request, CallbackPage.UNRELATED);
        }
    }

    private static Future<Void> answer(HttpServerRequest request, CallbackPage page) {
        return request.response()
                .setStatusCode(page.status())
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Content-Security-Policy", CallbackPage.CONTENT_SECURITY_POLICY)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Connection", "close")
                .end(page.html())
                .eventually(() -> request.connection().close());
    }

    /**
     * The response, and the browser that has brought it and waits for a page.
     *
     * @param browser sends that page
     */
    record Callback(AuthorizationResponse response, Function<CallbackPage, Future<Void>> browser) {

        /** Shows a page, and waits until it is sent. A browser that has left needs none. */
        void show(CallbackPage page) {
            Uni.createFrom()
                    .completionStage(() -> browser.apply(page).toCompletionStage())
                    .ifNoItem()
                    .after(SENDING)
                    .fail()
                    .onFailure()
                    .recoverWithNull()
                    .await()
                    .indefinitely();
        }
    }
}
