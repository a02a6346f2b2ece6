package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.StoreListener.Verb;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches a Secret until it is closed. The API server ends each watch after some minutes; the next one resumes from the last
 * version. After any other end, the next one begins with a read. Before each there is a jittered pause, so that a fleet does
 * not come back all at once; repeated failures make it longer, up to 30 s.
 */
final class SecretWatch implements AutoCloseable {

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 4;
    /** The watches of a fleet come back within this time after an outage. */
    private static final Duration SPREAD = Duration.ofMillis(500);
    /** The API server ends a watch after four to six minutes. */
    private static final Duration LENGTH = Duration.ofMinutes(4);

    private final ApiServer api;
    private final Uni<SecretReference> secret;
    private final ForeignChanges changes;
    private final StoreListener listener;
    private final CallResults results;
    private final TokenRuntime runtime;
    private String version = "";
    private boolean stale;
    private boolean opened;
    private long openedAt;
    private int failures;
    private @Nullable Future<?> timer;
    private @Nullable Cancellable running;
    private boolean waiting;
    private boolean closed;

    /** @param changes gets each change, on the serial executor */
    SecretWatch(ApiServer api, Uni<SecretReference> secret, ForeignChanges changes, StoreListener listener) {
        this.api = api;
        this.secret = secret;
        this.changes = changes;
        this.listener = listener;
        this.results = new CallResults(listener);
        this.runtime = api.runtime();
    }

    /** Begins after the first pause, by when the store was normally read. */
    void start() {
        schedule();
    }

    /** The API server has responded to another request, so a watch that waits after a failure need not wait any longer. */
    synchronized void serverResponds() {
        if (!closed && waiting && failures > 0 && timer != null) {
            failures = 0;
            timer.cancel(false);
            timer = runtime.timers()
                    .schedule(this::run, runtime.random().nextLong(SPREAD.toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void schedule() {
        waiting = true;
        if (!closed) {
            timer = runtime.timers().schedule(this::run, pause(), TimeUnit.MILLISECONDS);
        }
    }

    private long pause() {
        Duration doubled = SHORTEST_PAUSE.multipliedBy(1L << Math.min(failures, DOUBLINGS));
        long longest = Math.min(doubled.toMillis(), LONGEST_PAUSE.toMillis());
        return longest / 2 + runtime.random().nextLong(longest / 2);
    }

    private synchronized void run() {
        waiting = false;
        if (!closed) {
            running = secret.chain(this::round).subscribe().with(planned -> ended(null), this::ended);
        }
    }

    private Uni<Void> round(SecretReference watched) {
        opened = false;
        version = version.isEmpty() ? changes.newest() : version;
        Uni<Void> known = stale || version.isEmpty()
                ? results.of(Verb.GET, api.get(watched)).invoke(this::changed).replaceWithVoid()
                : Uni.createFrom().voidItem();
        return known.chain(() -> results.ofWatch(api.watch(watched, version, length(), new Events())));
    }

    private Duration length() {
        return LENGTH.plusSeconds(runtime.random().nextLong(LENGTH.toSeconds() / 2));
    }

    private void changed(SecretObject found) {
        version = found.version();
        changes.changed(found);
    }

    private final class Events implements ApiServer.WatchReader {

        @Override
        public void opened() {
            opened = true;
            openedAt = runtime.time().nanos();
            listener.watchOpened();
        }

        @Override
        public void event(byte[] line) {
            WatchEvent event = WatchEvent.parse(line);
            version = event.version();
            listener.watchReported();
            SecretObject found = event.secret();
            if (found != null) {
                changes.changed(found);
            }
        }
    }

    /** @param failure null if the API server ended the watch in its normal course */
    private void ended(@Nullable Throwable failure) {
        boolean lasted = opened && runtime.time().nanos() - openedAt >= LONGEST_PAUSE.toNanos();
        failures = lasted ? 0 : failures + 1;
        stale = !opened || failure != null;
        listener.watchEnded(problem(failure));
        schedule();
    }

    private static @Nullable StoreProblem problem(@Nullable Throwable failure) {
        if (failure == null || failure instanceof StaleVersion) {
            return null;
        }
        return failure instanceof StoreFailure it ? it.problem() : StoreProblem.UNREACHABLE;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
        }
        if (running != null) {
            running.cancel();
        }
    }
}
