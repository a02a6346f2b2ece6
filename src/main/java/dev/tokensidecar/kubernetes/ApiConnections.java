package dev.tokensidecar.kubernetes;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the API server, over TLS and with its name verified. HTTP/1.1: each watch has one of its own,
 * and the other requests share the rest.
 */
final class ApiConnections implements AutoCloseable {

    /** Long enough for the calls of one refresh, and shorter than an idle API server or load balancer waits. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    private static final int MAX_CONNECTIONS = 16;

    private final Vertx vertx;
    private @Nullable HttpClient client;
    private byte[] trusted = {};

    ApiConnections(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @param authorities the certificates to trust, in PEM; when they change, all connections close */
    synchronized HttpClient trusting(byte[] authorities) {
        if (client == null || !Arrays.equals(trusted, authorities)) {
            close();
            client = make(authorities);
            trusted = authorities;
        }
        return client;
    }

    private HttpClient make(byte[] authorities) {
        int timeout = Math.toIntExact(ApiExchange.TIMEOUT.toMillis());
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authorities)))
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setTcpKeepAlive(true)
                .setConnectTimeout(timeout)
                .setSslHandshakeTimeout(timeout)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS))
                // The exchange fails too. Without a handler, Vert.x logs the failure and quotes the server.
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            var unused = client.close();
            client = null;
        }
    }
}
