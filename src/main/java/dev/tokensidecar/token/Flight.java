package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * One refresh: a single subscription to the work, and everybody who waits for it. It belongs to the core, not to the
 * caller that happened to start it: callers attach and leave, the work goes on.
 *
 * <p>The memo of the {@link Uni} remembers failures too. That is harmless here because a flight leaves the state before
 * its result is emitted: a failure reaches those who hold this flight and nobody who comes later.
 */
final class Flight {

    private final RefreshReason reason;
    private final Moment claimedAt;
    private final Uni<AccessToken> landing;

    /**
     * Makes a flight; nothing happens before {@link #depart()}.
     *
     * @param launcher where the work is made and started, so that no caller's request scope or trace gets into it
     * @param work asks for the token and publishes the new state before it emits
     */
    Flight(RefreshReason reason, Moment claimedAt, Executor launcher, Function<Flight, Uni<AccessToken>> work) {
        this.reason = reason;
        this.claimedAt = claimedAt;
        this.landing = Uni.createFrom()
                .<AccessToken>emitter(emitter -> launcher.execute(() -> {
                    Cancellable unused = work.apply(this).subscribe().with(emitter::complete, emitter::fail);
                }))
                .memoize()
                .indefinitely();
    }

    RefreshReason reason() {
        return reason;
    }

    /** How it went, seen from {@code now}. */
    LastRefresh report(String outcome, Moment now) {
        return new LastRefresh(claimedAt.instant(), reason, outcome, now.since(claimedAt));
    }

    /** Starts the work with a subscriber of its own, so that no caller's cancellation can be the last one. */
    void depart() {
        landing.subscribe().with(token -> {}, failure -> {});
    }

    /** The result: at once if it is there, else together with everybody else. */
    Uni<AccessToken> landing() {
        return landing;
    }
}
