package dev.tokensidecar.forward;

import dev.tokensidecar.token.Connection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a forwarded request has while it is on its way. */
final class RequestSlot {

    private final Supplier<Connection> caller;
    private @Nullable ForwardExchange exchange;

    /** @param caller tells how the one who sent it is connected, on any thread */
    RequestSlot(Supplier<Connection> caller) {
        this.caller = caller;
    }

    Connection caller() {
        return caller.get();
    }

    void isTakenBy(ForwardExchange occupant) {
        exchange = occupant;
    }

    /** Ends the request in favour of another one; false if that cannot be done. */
    boolean giveWay() {
        return exchange != null && exchange.giveWay();
    }
}
