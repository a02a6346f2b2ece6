package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.TypeArg;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.core.http.HttpClient;
import io.vertx.mutiny.core.http.HttpConnection;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP as a token endpoint needs it: one request, one answer, no redirects, no repeats, a bounded body, and a connection
 * that is dead when the exchange is over, however it ended.
 *
 * <p>Each exchange has a client of its own, with one connection in it. Cancelling a request of the Web Client, or
 * letting it time out, leaves the request running; closing its client does not. A connection from a pool would save a
 * handshake every few minutes, and break now and then just when it is used, so that nobody knows whether the refresh
 * token is spent. The connect handler tells exactly from when on that may be.
 */
public final class HttpTransport {

    static final int MAX_BODY_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final Supplier<HttpClientOptions> options;
    private final Duration connectTimeout;
    private final Duration timeout;

    /**
     * @param options TLS, proxy and the like; asked for each exchange, so that renewed certificates come into force
     * @param connectTimeout limit for name resolution, connection and TLS handshake together
     * @param timeout limit for the whole exchange, up to the last byte of the answer
     */
    public HttpTransport(Vertx vertx, Supplier<HttpClientOptions> options, Duration connectTimeout, Duration timeout) {
        this.vertx = vertx;
        this.options = options;
        this.connectTimeout = connectTimeout;
        this.timeout = timeout;
    }

    /** Fetches a document. Each subscription is one exchange; fails with a {@link RefreshFailure} only. */
    Uni<HttpAnswer> get(URI uri) {
        return Uni.createFrom().deferred(() -> new Exchange(uri).run(HttpMethod.GET, HttpRequest::send));
    }

    /** Posts a form. Each subscription is one exchange; fails with a {@link RefreshFailure} only. */
    Uni<HttpAnswer> post(URI uri, Form form, @Nullable Secret authorization) {
        return Uni.createFrom()
                .deferred(() -> new Exchange(uri).run(HttpMethod.POST, request -> {
                    if (authorization != null) {
                        request.putHeader("Authorization", authorization.reveal());
                    }
                    return request.putHeader("Content-Type", Form.CONTENT_TYPE).sendBuffer(Buffer.buffer(form.body()));
                }));
    }

    private final class Exchange {

        private final URI uri;
        private final AtomicBoolean connected = new AtomicBoolean();
        private final HttpClient client;

        Exchange(URI uri) {
            this.uri = uri;
            int millis = Math.toIntExact(connectTimeout.toMillis());
            HttpClientOptions ours = new HttpClientOptions(options.get())
                    .setKeepAlive(false)
                    .setConnectTimeout(millis)
                    .setSslHandshakeTimeout(millis)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            this.client = vertx.httpClientBuilder()
                    .with(ours)
                    .withConnectHandler(this::connected)
                    .build();
        }

        private void connected(HttpConnection connection) {
            connected.set(true);
            // The exchange fails as well. Without a handler the connection logs what went wrong, and quotes the server.
            connection.exceptionHandler(broken -> {});
        }

        Uni<HttpAnswer> run(HttpMethod method, Function<HttpRequest<String>, Uni<HttpResponse<String>>> send) {
            HttpRequest<String> request = WebClient.wrap(client)
                    .requestAbs(method, uri.toString())
                    .putHeader("User-Agent", "token-sidecar")
                    .putHeader("Accept", "application/json")
                    .followRedirects(false)
                    .connectTimeout(connectTimeout.toMillis())
                    .as(BodyCodec.newInstance(new BoundedBody(MAX_BODY_BYTES), TypeArg.unknown()));
            return send.apply(request)
                    .map(response -> new HttpAnswer(
                            response.statusCode(),
                            response.getHeader("Date"),
                            response.getHeader("Retry-After"),
                            response.body()))
                    .ifNoItem()
                    .after(timeout)
                    .fail()
                    .onFailure()
                    .transform(failure -> TransportFailures.classify(failure, connected.get(), uri))
                    // Waited for: who hears of the failure may send the next request at once.
                    .onFailure()
                    .call(client::close)
                    .onItem()
                    .invoke(client::closeAndForget)
                    .onCancellation()
                    .invoke(client::closeAndForget);
        }
    }
}
