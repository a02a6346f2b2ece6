package dev.tokensidecar.fleet;

import dev.tokensidecar.fleet.Fault.Loss;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request of a process and the reply, with everything that may happen to them on the way. */
final class Exchange<T> {

    /** Where the messages go, and what the sender is told about those that are lost. */
    record Route(Path path, Latency latency, Supplier<Throwable> unsent, Supplier<Throwable> unanswered) {}

    /** Hears what becomes of the reply. */
    interface Listener {

        /** Hears nothing. */
        Listener NONE = new Listener() {};

        /** The process has it. */
        default void received() {}

        /** The process will never have it. */
        default void lost() {}
    }

    /**
     * What a server does.
     *
     * @param value null for a failure
     * @param failure null for a value
     * @param delay how long the server takes to respond, in nanoseconds
     */
    record Reply<T>(@Nullable T value, @Nullable Throwable failure, long delay) {}

    private final Fleet fleet;
    private final SimulatedProcess process;
    private final Operation operation;
    private final Route route;
    private final UniEmitter<? super T> sender;
    private final Listener listener;
    private boolean ended;

    Exchange(
            Fleet fleet,
            SimulatedProcess process,
            Operation operation,
            Route route,
            UniEmitter<? super T> sender,
            Listener listener) {
        this.fleet = fleet;
        this.process = process;
        this.operation = operation;
        this.route = route;
        this.sender = sender;
        this.listener = listener;
    }

    /**
     * Sends the request.
     *
     * @param server acts on the request when it arrives
     * @param held how long the server lets it wait, in nanoseconds
     */
    void start(Supplier<Reply<T>> server, long held) {
        sender.onTermination(this::end);
        Loss loss = fleet.faults().reached(new Step(operation, Phase.SENT), process);
        process.later(0, () -> leave(server, held, loss));
    }

    private void end() {
        if (!ended) {
            ended = true;
            listener.lost();
            fleet.trace().add(process, () -> operation + " given up");
        }
    }

    private void leave(Supplier<Reply<T>> server, long held, @Nullable Loss loss) {
        if (ended) {
            return;
        }
        Loss stopped = stopped(loss);
        if (stopped == Loss.HELD) {
            process.later(route.path.cutUntil() - fleet.now(), () -> leave(server, held, null));
        } else if (stopped != null) {
            lose(stopped, route.unsent);
        } else {
            fleet.after(held + route.latency.next(), () -> arrive(server));
        }
    }

    private void arrive(Supplier<Reply<T>> server) {
        fleet.trace().add(process, () -> operation + " arrives");
        Reply<T> reply = server.get();
        Loss loss = fleet.faults().reached(new Step(operation, Phase.SERVED), process);
        fleet.after(reply.delay + route.latency.next(), () -> comeBack(reply, loss));
    }

    private void comeBack(Reply<T> reply, @Nullable Loss lostBefore) {
        Loss stopped = stopped(lostBefore);
        if (stopped == Loss.HELD) {
            fleet.after(route.path.cutUntil() - fleet.now(), () -> comeBack(reply, null));
            return;
        }
        Loss loss = stopped != null ? stopped : fleet.faults().reached(new Step(operation, Phase.ANSWERED), process);
        if (loss != null) {
            lose(loss, route.unanswered);
        } else {
            process.enter(() -> deliver(reply));
        }
    }

    /** Returns what stops a message now; null if it passes. A single message is never held: nothing would release it. */
    private @Nullable Loss stopped(@Nullable Loss loss) {
        if (loss != null) {
            return loss == Loss.HELD ? Loss.SILENT : loss;
        }
        return route.path.isCut() ? route.path.loss() : null;
    }

    private void lose(Loss loss, Supplier<Throwable> told) {
        listener.lost();
        fleet.trace().add(process, () -> operation + " lost " + loss);
        if (loss == Loss.BROKEN) {
            process.later(route.latency.next(), () -> deliver(new Reply<>(null, told.get(), 0)));
        }
    }

    private void deliver(Reply<T> reply) {
        if (ended) {
            return;
        }
        ended = true;
        fleet.trace().add(process, () -> operation + (reply.failure == null ? " done" : " failed " + reply.failure));
        if (reply.failure != null) {
            sender.fail(reply.failure);
        } else {
            listener.received();
            sender.complete(reply.value);
        }
    }
}
