package dev.tokensidecar.app;

import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.ListenerLimits;
import dev.tokensidecar.token.TimeSource;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The connection tables: one for each kind of caller, so that no kind can use up the connections of another. */
@Singleton
final class ConnectionTables {

    private static final long SWEEP_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final ConnectionTable tokenInterface;
    private final ConnectionTable forwarding;
    private final ConnectionTable gateways;
    private final ConnectionTable management;
    private final Vertx vertx;
    private final long timer;

    ConnectionTables(TimeSource time, Vertx vertx) {
        long heap = Runtime.getRuntime().maxMemory();
        this.tokenInterface = table(ListenerLimits.ofTokenInterface(heap), time);
        this.forwarding = table(ListenerLimits.ofForwarding(heap), time);
        this.gateways = table(ListenerLimits.ofForwarding(heap), time);
        this.management = table(ListenerLimits.ofManagementInterface(), time);
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(
                SWEEP_MILLIS,
                tick -> List.of(tokenInterface, forwarding, gateways, management)
                        .forEach(ConnectionTable::sweep));
    }

    private static ConnectionTable table(ListenerLimits limits, TimeSource time) {
        return new ConnectionTable(limits, time::nanos, OutOfMemory::check);
    }

    /** The table of port 8191: both loopback addresses and the Unix domain socket. */
    ConnectionTable tokenInterface() {
        return tokenInterface;
    }

    /** The table of the forwarding ports. */
    ConnectionTable forwarding() {
        return forwarding;
    }

    /** The table of the port for gateways. */
    ConnectionTable gateways() {
        return gateways;
    }

    /** The table of port 9191. */
    ConnectionTable management() {
        return management;
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }
}
