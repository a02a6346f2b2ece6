package dev.tokensidecar.app;

import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.ListenerLimits;
import dev.tokensidecar.token.TimeSource;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The tables of connections: one for each kind of caller, so that none of them takes what the others need. */
@Singleton
final class FrontDoor {

    private static final long SWEEP_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final ConnectionTable tokenInterface;
    private final ConnectionTable forwarding;
    private final ConnectionTable management;
    private final Vertx vertx;
    private final long timer;

    FrontDoor(TimeSource time, Vertx vertx) {
        long heap = Runtime.getRuntime().maxMemory();
        this.tokenInterface = table(ListenerLimits.ofTokenInterface(heap), time);
        this.forwarding = table(ListenerLimits.ofForwarding(heap), time);
        this.management = table(ListenerLimits.ofManagementInterface(), time);
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(
                SWEEP_MILLIS,
                tick -> List.of(tokenInterface, forwarding, management).forEach(ConnectionTable::sweep));
    }

    private static ConnectionTable table(ListenerLimits limits, TimeSource time) {
        return new ConnectionTable(limits, time::nanos, OutOfMemory::check);
    }

    /** For 8191: both loopback addresses and the Unix domain socket. */
    ConnectionTable tokenInterface() {
        return tokenInterface;
    }

    /** For the ports of forwarding mode. */
    ConnectionTable forwarding() {
        return forwarding;
    }

    /** For 9191. */
    ConnectionTable management() {
        return management;
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }
}
