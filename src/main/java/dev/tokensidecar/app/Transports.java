package dev.tokensidecar.app;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.util.concurrent.Executor;

/**
 * Makes transports for requests to authorization servers and issuers.
 *
 * @param vertx the event loop of the connections
 * @param workers resolve names and read files
 * @param proxies the way to the servers
 */
record Transports(Vertx vertx, Executor workers, ProxyRules proxies) {

    /** @param address decides whether requests use TLS */
    HttpTransport make(URI address, TlsFiles files, TransportLimits limits) {
        return new HttpTransport(vertx, workers, () -> options(address, files), proxies, limits);
    }

    private static HttpClientOptions options(URI address, TlsFiles files) {
        HttpClientOptions options = new HttpClientOptions();
        files.configure(options);
        return options.setSsl("https".equals(address.getScheme()));
    }
}
