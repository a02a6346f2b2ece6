package dev.tokensidecar.forward;

import dev.tokensidecar.token.Connection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The slot that a forwarded request occupies while it is in flight. */
final class RequestSlot {

    private final Supplier<Connection> caller;
    private @Nullable ForwardExchange exchange;

    /** @param caller returns the caller's connection; callable on any thread */
    RequestSlot(Supplier<Connection> caller) {
        this.caller = caller;
    }

    Connection caller() {
        return caller.get();
    }

    void occupy(ForwardExchange occupant) {
        exchange = occupant;
    }

    /** Ends the request to free the slot for another one. Returns false if that is not possible now. */
    boolean preempt() {
        return exchange != null && exchange.preempt();
    }
}
