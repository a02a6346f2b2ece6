package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoreClock;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store in memory that can hold acknowledgements and fail, and records all operations. */
public final class FakeStore implements RecordStore {

    /** A process that has its store to itself. */
    public static final ProcessId PROCESS = new ProcessId("test", "test", "test");

    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");

    private final Deque<UniEmitter<? super String>> held = new ArrayDeque<>();
    private final List<String> saved = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final List<Consumer<StoredRecord>> watchers = new CopyOnWriteArrayList<>();
    private StoredRecord content = new StoredRecord(record(token("refresh-0")), "0", null, null);
    private @Nullable StoreProblem unreadable;
    private @Nullable StoreProblem unwritable;
    private final boolean shared;
    private boolean claimRequired;
    private volatile Runnable beforeNextWrite = () -> {};
    private Set<String> unwritableWhen = Set.of();
    private Set<Claim> abandoned = Set.of();
    private int reads;
    private boolean holding;
    private boolean hanging;
    private boolean durable = true;

    /** The clock of a store whose time is that of the test. */
    private static final class WallClock implements StoreClock {

        @Override
        public Instant earliest(Moment moment) {
            return moment.instant();
        }

        @Override
        public Instant latest(Moment moment) {
            return moment.instant();
        }
    }

    /** Creates a store of one process. */
    public FakeStore() {
        this(false);
    }

    private FakeStore(boolean shared) {
        this.shared = shared;
        this.claimRequired = shared;
    }

    /** Creates a store of a fleet: it holds access tokens too, and requires claims. */
    public static FakeStore shared() {
        return new FakeStore(true);
    }

    @Override
    public Uni<StoredRecord> read() {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                reads++;
                if (hanging) {
                    return;
                }
            }
            if (unreadable == null) {
                emitter.complete(content());
            } else {
                emitter.fail(new StoreFailure(unreadable, "the file of the test"));
            }
        });
    }

    private synchronized StoredRecord content() {
        return content;
    }

    @Override
    public Uni<String> write(SessionRecord next, String version) {
        return Uni.createFrom().emitter(emitter -> {
            Runnable before = beforeNextWrite;
            beforeNextWrite = () -> {};
            before.run();
            StoredRecord written;
            synchronized (this) {
                if (!version.equals(content.version())) {
                    emitter.fail(new RecordConflict());
                    return;
                }
                String event = event(content.record(), next);
                StoreProblem problem = problemOf(operation(event));
                if (problem != null) {
                    emitter.fail(new StoreFailure(problem, "the file of the test"));
                    return;
                }
                written = accept(next, event);
                if (holding && operation(event).equals("save")) {
                    held.add(emitter);
                    return;
                }
            }
            emitter.complete(written.version());
            watchers.forEach(watcher -> watcher.accept(written));
        });
    }

    private StoredRecord accept(SessionRecord next, String event) {
        if (!event.isEmpty()) {
            events.add(event);
        }
        if (operation(event).equals("save")) {
            saved.add(name(next.current()));
        }
        RefreshToken seed = content.seed();
        content = new StoredRecord(next, nextVersion(), seed, null);
        return content;
    }

    private String nextVersion() {
        return String.valueOf(Long.parseLong(content.version()) + 1);
    }

    private String event(SessionRecord before, SessionRecord next) {
        Claim claim = next.claim();
        if (claim != null && !claim.equals(before.claim())) {
            return "attempt " + presented(claim);
        }
        if (next.current() != null && !next.current().sameValue(before.current())) {
            return "save " + name(next.current());
        }
        if (claim == null && before.claim() != null) {
            return (next.doubt() == null ? "end " : "doubt ") + presented(before.claim());
        }
        return "";
    }

    private String presented(Claim claim) {
        SessionRecord record = content.record();
        return Stream.of(
                        Optional.ofNullable(content.seed()),
                        Optional.ofNullable(record.current()),
                        Optional.ofNullable(record.previous()))
                .flatMap(Optional::stream)
                .filter(token -> Objects.equals(claim.presented(), token.hash()))
                .map(FakeStore::name)
                .findFirst()
                .orElse("unknown");
    }

    private static String name(@Nullable RefreshToken token) {
        return token == null ? "none" : token.value().reveal();
    }

    private static String operation(String event) {
        return event.isEmpty() ? "" : event.substring(0, event.indexOf(' '));
    }

    private @Nullable StoreProblem problemOf(String operation) {
        return unwritableWhen.isEmpty() || unwritableWhen.contains(operation) ? unwritable : null;
    }

    @Override
    public void watch(Consumer<StoredRecord> watcher) {
        watchers.add(watcher);
    }

    @Override
    public synchronized Uni<Boolean> isAbandoned(Claim claim) {
        return Uni.createFrom().item(abandoned.contains(claim));
    }

    @Override
    public Duration pollInterval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public @Nullable StoreClock sharedClock() {
        return shared ? new WallClock() : null;
    }

    @Override
    public synchronized boolean claimRequired() {
        return claimRequired;
    }

    @Override
    public synchronized boolean durable() {
        return durable;
    }

    /** Creates a refresh token as a store returns it. */
    public static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), EARLIER, null);
    }

    /** Creates a record that somebody has put into the store by hand. */
    public static SessionRecord record(RefreshToken current) {
        return new SessionRecord(0, current, null, List.of(), null, null, SharedState.NONE);
    }

    /** Creates the record that a process leaves if it ends between a request and its response. */
    public static SessionRecord recordAfterCrash(RefreshToken current, RefreshToken previous, Instant at) {
        SessionRecord.Doubt doubt = new SessionRecord.Doubt(current.hash(), at);
        return new SessionRecord(0, current, previous, List.of(), null, doubt, SharedState.NONE);
    }

    /** Sets what {@link #read()} returns from now on. */
    public void contents(SessionRecord record) {
        contents(record, null, null);
    }

    /** Sets what {@link #read()} returns from now on, and tells the watchers. */
    public void contents(SessionRecord record, @Nullable RefreshToken seed, @Nullable StoreFailure failure) {
        StoredRecord changed;
        synchronized (this) {
            content = new StoredRecord(record, nextVersion(), seed, failure);
            changed = content;
        }
        if (shared) {
            watchers.forEach(watcher -> watcher.accept(changed));
        }
    }

    /** Returns the record as it is now. */
    public SessionRecord record() {
        return content().record();
    }

    /** Lets a process present a refresh token without a claim while the store fails. */
    public synchronized void requireNoClaims() {
        claimRequired = false;
    }

    /** Makes something happen just before the store gets the next write. */
    public void beforeNextWrite(Runnable change) {
        beforeNextWrite = change;
    }

    public synchronized void notDurable() {
        durable = false;
    }

    /** Lets everybody know that the holders of these claims have ended. */
    public synchronized void abandon(Claim... claims) {
        abandoned = Set.of(claims);
    }

    /** Holds the acknowledgements of saves, or stops holding them. */
    public synchronized void holdAcknowledgements(boolean on) {
        holding = on;
    }

    /** Makes reads hang, or stops that. */
    public synchronized void hangLoads(boolean on) {
        hanging = on;
    }

    /**
     * Makes writes fail; null ends that.
     *
     * @param when the operations that fail, as in {@link #events()}; all writes if empty
     */
    public synchronized void failWrites(@Nullable StoreProblem problem, String... when) {
        unwritable = problem;
        unwritableWhen = Set.of(when);
    }

    /** Makes every read fail; null ends that. */
    public synchronized void failLoads(@Nullable StoreProblem problem) {
        unreadable = problem;
    }

    /** Acknowledges the oldest held save. */
    public void acknowledge() {
        UniEmitter<? super String> emitter;
        String version;
        synchronized (this) {
            emitter = held.remove();
            version = content.version();
        }
        emitter.complete(version);
    }

    /** Returns how often the record was read. */
    public synchronized int reads() {
        return reads;
    }

    /** Returns the saved refresh tokens in order. */
    public synchronized List<String> saved() {
        return List.copyOf(saved);
    }

    /**
     * Returns all changes in order, each with a refresh token: {@code attempt} when it was claimed, {@code save} when it was
     * new, {@code end} or {@code doubt} when the claim ended without a new one.
     */
    public synchronized List<String> events() {
        return List.copyOf(events);
    }
}
