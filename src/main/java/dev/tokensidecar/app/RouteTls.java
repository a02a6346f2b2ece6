package dev.tokensidecar.app;

import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.forward.CertificateRenewal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.net.SSLOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The certificates of one route. Reads their files again now and then. If they have changed, further requests use new
 * connections, because a connection keeps the certificate with which it was opened.
 */
final class RouteTls implements CertificateRenewal {

    private static final long RELOAD_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Vertx loop;
    private final HttpClient client;
    private final ConnectionPool pool;
    private final Callable<SSLOptions> files;

    /**
     * @param loop the Vert.x of the connections
     * @param files reads the files
     */
    RouteTls(Vertx loop, HttpClient client, ConnectionPool pool, Callable<SSLOptions> files) {
        this.loop = loop;
        this.client = client;
        this.pool = pool;
        this.files = files;
    }

    /** Reads the files from now on. */
    void start() {
        loop.setPeriodic(RELOAD_MILLIS, time -> {
            var unused = renew();
        });
    }

    @Override
    public Future<Void> renew() {
        return loop.executeBlocking(files)
                .compose(client::updateSSLOptions)
                .onSuccess(changed -> {
                    if (changed) {
                        pool.expire();
                    }
                })
                .otherwise(false)
                .mapEmpty();
    }
}
