package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;

/** Wakes whoever waits for a change of the record. */
final class ChangeSignal {

    private final ScheduledExecutorService timers;
    private final List<UniEmitter<? super Void>> waiting = new CopyOnWriteArrayList<>();
    private volatile long changes;

    ChangeSignal(ScheduledExecutorService timers) {
        this.timers = timers;
    }

    /** Returns the number of changes so far. */
    long changes() {
        return changes;
    }

    /** Completes when there were more changes than these, or after this time. */
    Uni<Void> await(long known, Duration atMost) {
        return Uni.createFrom()
                .<Void>emitter(emitter -> {
                    waiting.add(emitter);
                    emitter.onTermination(() -> waiting.remove(emitter));
                    if (changes != known) {
                        emitter.complete(null);
                    }
                })
                .ifNoItem()
                .after(atMost)
                .on(timers)
                .recoverWithUni(() -> Uni.createFrom().voidItem());
    }

    synchronized void fire() {
        changes++;
        List<UniEmitter<? super Void>> woken = List.copyOf(waiting);
        waiting.removeAll(woken);
        woken.forEach(emitter -> emitter.complete(null));
    }
}
