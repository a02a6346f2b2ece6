package dev.tokensidecar.audit;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.Connection;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the audit trail: a line for the first request of a caller with a result, then one each minute with the number of
 * further ones. The caller's thread counts repeated results only; everything else runs on one thread of its own.
 */
final class AuditLog {

    static final String HANDED_OUT = "handed_out";
    static final Duration INTERVAL = Duration.ofMinutes(1);

    /** The kernel's list of connections can be long, so the log reads it no more often than this. */
    static final Duration BETWEEN_LOOKUPS = Duration.ofMillis(100);

    /** Limits the memory; the log empties the queue every 100 ms. */
    static final int MAX_QUEUED = 10_000;

    /** Limits how many lines a minute a user can cause by giving its processes new names. */
    static final int MAX_TALLIES_PER_USER = 100;

    private static final Logger LOG = Logger.getLogger("dev.tokensidecar.audit");
    private static final String NONE = "none";
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** @param results those of one connection until the log knows its caller */
    private record Event(AuditedConnection connection, Tally results) {}

    private record TallyKey(CallerIdentity caller, Tally.AuditedResult result) {}

    private record User(String listener, String number) {}

    private final CallerGroups users;
    private final TimeSource time;
    private final ScheduledExecutorService worker;
    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong lost = new AtomicLong();
    private volatile long lastLookup;

    /** These two belong to the worker. */
    private final Map<TallyKey, Tally> tallies = new LinkedHashMap<>();

    private final Map<User, Integer> talliesByUser = new HashMap<>();

    /**
     * Creates a log.
     *
     * @param users finds the users of connections over TCP
     * @param worker one thread, which may block
     */
    AuditLog(CallerGroups users, TimeSource time, ScheduledExecutorService worker) {
        this.users = users;
        this.time = time;
        this.worker = worker;
        this.lastLookup = time.nanos() - BETWEEN_LOOKUPS.toNanos();
        scheduleReport();
    }

    /** Records a result. Returns immediately. */
    void record(AuditedConnection connection, @Nullable String token, long generation, String outcome) {
        if (connection.repeats(token, generation, outcome)) {
            return;
        }
        Tally results = new Tally(new Tally.AuditedResult(token, generation, outcome), 1);
        if (queue.offer(new Event(connection, results))) {
            connection.remember(results);
        } else {
            lost.incrementAndGet();
        }
        if (!scheduled.getAndSet(true)) {
            long pause = BETWEEN_LOOKUPS.toNanos() - (time.nanos() - lastLookup);
            var unused = worker.schedule(this::process, Math.max(0, pause), NANOSECONDS);
        }
    }

    private void process() {
        scheduled.set(false);
        lastLookup = time.nanos();
        List<Event> events = new ArrayList<>();
        queue.drainTo(events);
        identify(events.stream().map(Event::connection).distinct().toList());
        events.forEach(this::count);
    }

    /** Finds the users of all new connections at once. */
    private void identify(List<AuditedConnection> connections) {
        List<AuditedConnection> unidentified = connections.stream()
                .filter(connection -> connection.unidentified() != null)
                .toList();
        if (unidentified.isEmpty()) {
            return;
        }
        List<Connection> ends = unidentified.stream()
                .map(connection -> Objects.requireNonNull(connection.unidentified()))
                .toList();
        List<String> found = users.groupsOf(ends);
        for (int i = 0; i < found.size(); i++) {
            if (!found.get(i).equals(CallerGroups.NOBODY)) {
                AuditedConnection connection = unidentified.get(i);
                connection.identify(connection.caller().ofUser(found.get(i)));
            }
        }
    }

    private void count(Event event) {
        TallyKey key = new TallyKey(event.connection().caller(), event.results().result());
        if (!tallies.containsKey(key) && isFull(key.caller())) {
            key = new TallyKey(key.caller().withoutProcess(), key.result());
        }
        Tally known = tallies.get(key);
        Tally tally = known == null ? begin(key) : known;
        event.connection().remember(tally);
        long requests = event.results().end();
        if (known == null) {
            write(key, requests);
        } else {
            var unused = tally.add(requests);
        }
    }

    private boolean isFull(CallerIdentity caller) {
        return talliesByUser.getOrDefault(user(caller), 0) >= MAX_TALLIES_PER_USER;
    }

    private Tally begin(TallyKey key) {
        Tally tally = new Tally(key.result(), 0);
        tallies.put(key, tally);
        talliesByUser.merge(user(key.caller()), 1, Integer::sum);
        return tally;
    }

    private void scheduleReport() {
        var unused = worker.schedule(
                () -> {
                    scheduleReport();
                    report();
                },
                INTERVAL.toNanos(),
                NANOSECONDS);
    }

    /** Writes a line for each caller that was active since the last time, and forgets the others. */
    private void report() {
        tallies.entrySet().removeIf(entry -> {
            long requests = entry.getValue().take();
            if (requests > 0) {
                write(entry.getKey(), requests);
            }
            boolean idle = requests == 0 && entry.getValue().endIfIdle();
            if (idle) {
                talliesByUser.computeIfPresent(
                        user(entry.getKey().caller()), (user, count) -> count > 1 ? count - 1 : null);
            }
            return idle;
        });
        long missing = lost.getAndSet(0);
        if (missing > 0) {
            LOG.warnf(
                    "the audit trail has a gap requests=%d cure=\"none needed, more callers came than it can follow\"",
                    missing);
        }
    }

    /** Writes what is left, and ends the worker. */
    void close() {
        worker.execute(() -> {
            process();
            report();
        });
        worker.shutdown();
        try {
            var unused = worker.awaitTermination(CLOSE_TIMEOUT.toMillis(), MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static User user(CallerIdentity caller) {
        return new User(caller.listener(), caller.user());
    }

    private static void write(TallyKey key, long requests) {
        Tally.AuditedResult result = key.result();
        CallerIdentity caller = key.caller();
        String token = result.token() == null ? NONE : result.token();
        if (result.outcome().equals(HANDED_OUT)) {
            LOG.infof(
                    "token handed out token=%s generation=%d listener=%s user=%s process=%s container=%s requests=%d",
                    LogValue.of(token),
                    result.generation(),
                    LogValue.of(caller.listener()),
                    LogValue.of(caller.user()),
                    LogValue.of(caller.process()),
                    LogValue.of(caller.container()),
                    requests);
        } else {
            LOG.infof(
                    "no token handed out token=%s error=%s listener=%s user=%s process=%s container=%s requests=%d",
                    LogValue.of(token),
                    LogValue.of(result.outcome()),
                    LogValue.of(caller.listener()),
                    LogValue.of(caller.user()),
                    LogValue.of(caller.process()),
                    LogValue.of(caller.container()),
                    requests);
        }
    }
}
