package dev.tokensidecar.fleet;

import dev.tokensidecar.fleet.Exchange.Reply;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.SharedToken;
import dev.tokensidecar.token.StoreClock;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The store as one process sees it, through its own network. */
final class MemberStore implements RecordStore {

    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration WRONG_BY = Duration.ofMinutes(1);
    /** A watch opens after this time to twice this time, by when the store was normally read. */
    private static final Duration WATCH_PAUSE = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final SimulatedProcess process;
    private final SimulatedSecret secret;
    private final ObservedClock clock;
    private final Exchange.Route route;
    private final Latency watchLatency;
    private Consumer<StoredRecord> watcher = changed -> {};
    private long newestChange;
    private boolean watching;
    private boolean missed;
    private long deafUntil;
    private long slowUntil;
    private long claimStartedAt = Long.MIN_VALUE;
    private long claimedAt = Long.MIN_VALUE;

    MemberStore(Fleet fleet, SimulatedProcess process) {
        this.fleet = fleet;
        this.process = process;
        this.secret = fleet.secret();
        this.clock = new ObservedClock(is(Defect.STORE_CLOCK_BEHIND) ? WRONG_BY : Duration.ZERO);
        this.route = new Exchange.Route(
                process.member().toStore(),
                new Latency(fleet.random(), 1, 20),
                MemberStore::unreachable,
                MemberStore::unreachable);
        this.watchLatency = new Latency(fleet.random(), 1, 50);
    }

    private boolean is(Defect defect) {
        return fleet.defect() == defect;
    }

    private static StoreFailure unreachable() {
        return new StoreFailure(StoreProblem.UNREACHABLE, "the store of the simulation");
    }

    @Override
    public Uni<StoredRecord> read() {
        return call(() -> Operation.READ, () -> seen(secret.read()));
    }

    @Override
    public Uni<String> write(SessionRecord next, String version) {
        return call(() -> begun(next), () -> write(operation(next), next, version));
    }

    private Operation begun(SessionRecord next) {
        Operation operation = operation(next);
        if (operation == Operation.CLAIM) {
            claimStartedAt = fleet.now();
        }
        return operation;
    }

    private String write(Operation operation, SessionRecord next, String version) {
        String written = apply(operation, next, version);
        if (next.current() != null) {
            fleet.server().saved(next.current());
        }
        claimedAt = operation == Operation.CLAIM ? fleet.now() : claimedAt;
        return written;
    }

    private String apply(Operation operation, SessionRecord next, String version) {
        boolean ignored = (operation == Operation.CLAIM && is(Defect.CLAIM_NOT_WRITTEN))
                || (operation == Operation.SAVE && is(Defect.RESULT_NOT_WRITTEN));
        if (ignored) {
            return version;
        }
        boolean older = operation == Operation.SAVE && is(Defect.GENERATION_FALLS);
        return secret.write(older ? withGeneration(next, 0) : next, version, process);
    }

    private static SessionRecord withGeneration(SessionRecord it, long generation) {
        return new SessionRecord(
                generation, it.current(), it.previous(), it.seenSeeds(), it.claim(), it.doubt(), it.shared());
    }

    private Operation operation(SessionRecord next) {
        SessionRecord stored = secret.record();
        Claim claim = next.claim();
        if (claim != null && isOwn(claim) && !claim.equals(stored.claim())) {
            return Operation.CLAIM;
        }
        boolean newTokens = next.shared().tokens().entrySet().stream()
                .anyMatch(token -> token.getValue().sequence() > sequence(stored, token.getKey()));
        return next.generation() > stored.generation() || newTokens ? Operation.SAVE : Operation.END;
    }

    private static long sequence(SessionRecord stored, String name) {
        SharedToken token = stored.shared().tokens().get(name);
        return token == null ? 0 : token.sequence();
    }

    private boolean isOwn(Claim claim) {
        return claim.holder().run().equals(process.id().run());
    }

    private <T> Uni<T> call(Supplier<Operation> operation, Supplier<T> action) {
        return Uni.createFrom().emitter(emitter -> call(operation.get(), action, emitter));
    }

    private <T> void call(Operation operation, Supplier<T> action, UniEmitter<? super T> emitter) {
        fleet.invariants().storeCalled(process);
        fleet.load().sent(operation, fleet.now());
        Moment sent = process.clock().now();
        Instant[] date = new Instant[1];
        Exchange.Listener dated = new Exchange.Listener() {
            @Override
            public void received() {
                clock.observe(date[0], sent, process.clock().now());
            }
        };
        new Exchange<T>(fleet, process, operation, route, emitter, dated)
                .start(
                        () -> {
                            date[0] = date();
                            return reply(action);
                        },
                        0);
    }

    /** Returns the date of a response: whole seconds. */
    private Instant date() {
        return Instant.ofEpochSecond(fleet.instant().getEpochSecond());
    }

    private <T> Reply<T> reply(Supplier<T> action) {
        try {
            return new Reply<>(action.get(), null, 0);
        } catch (RecordConflict conflict) {
            fleet.count(Count.CONFLICTS);
            fleet.load().conflicts().add(fleet.now());
            return new Reply<>(null, conflict, 0);
        }
    }

    /** Returns what this process gets to see of the content. */
    private StoredRecord seen(StoredRecord content) {
        SessionRecord record = content.record();
        return new StoredRecord(
                is(Defect.TOKENS_NOT_SHARED) || is(Defect.REJECTIONS_NOT_SHARED) ? hidden(record) : record,
                content.version(),
                is(Defect.SEED_HIDDEN) ? secret.firstSeed() : content.seed(),
                null);
    }

    private SessionRecord hidden(SessionRecord it) {
        SharedState all = it.shared();
        return is(Defect.TOKENS_NOT_SHARED)
                ? with(it, new SharedState(Map.of(), all.invalid(), all.pause()))
                : with(it, new SharedState(all.tokens(), Set.of(), all.pause()));
    }

    private static SessionRecord with(SessionRecord it, SharedState shared) {
        return new SessionRecord(
                it.generation(), it.current(), it.previous(), it.seenSeeds(), it.claim(), it.doubt(), shared);
    }

    @Override
    public void watch(Consumer<StoredRecord> next) {
        watcher = next;
        long pause = WATCH_PAUSE.toNanos();
        process.later(fleet.random().nextLong(pause, 2 * pause), this::open);
    }

    /** A watch resumes from the first read, so it begins with what has changed since. */
    private void open() {
        watching = true;
        if (missed) {
            changed(secret.read(), secret.number());
        }
    }

    /** The member hears of nothing for a while, and not of it afterwards either. */
    void deafen(Duration length) {
        deafUntil = fleet.now() + length.toNanos();
    }

    /** The member hears of everything late for a while. */
    void slowDown(Duration length) {
        slowUntil = fleet.now() + length.toNanos();
    }

    /** Somebody has changed the content. */
    void changed(StoredRecord content, long number) {
        if (!watching) {
            missed = true;
            return;
        }
        if (fleet.now() < deafUntil) {
            return;
        }
        Path path = process.member().toStore();
        if (path.isCut()) {
            resumeLater(path);
            return;
        }
        long delay = fleet.now() < slowUntil ? fleet.random().nextLong(slowUntil - fleet.now()) : 0;
        process.later(delay + watchLatency.next(), () -> deliver(content, number));
    }

    /** A watch that was interrupted brings the newest content when it works again. */
    private void resumeLater(Path path) {
        long left = path.cutUntil() - fleet.now() + fleet.random().nextLong(5_000_000_000L);
        process.later(left, () -> {
            if (path.isCut()) {
                resumeLater(path);
            } else {
                deliver(secret.read(), secret.number());
            }
        });
    }

    private void deliver(StoredRecord content, long number) {
        fleet.load().events().add(fleet.now());
        if (number > newestChange) {
            newestChange = number;
            clock.observeIfUnknown(date(), process.clock().now());
            fleet.trace().add(process, () -> "hears of version " + number);
            watcher.accept(is(Defect.OLDER_TOKEN_AS_NEWEST) ? withOlderTokens(content) : seen(content));
        }
    }

    private StoredRecord withOlderTokens(StoredRecord content) {
        Map<String, SharedToken> tokens = new HashMap<>();
        content.record()
                .shared()
                .tokens()
                .forEach((name, it) -> tokens.put(name, renumbered(secret.older(name, it), it)));
        SharedState shared = content.record().shared();
        SharedState wrong = new SharedState(tokens, shared.invalid(), shared.pause());
        return new StoredRecord(with(content.record(), wrong), content.version(), content.seed(), null);
    }

    private static SharedToken renumbered(SharedToken older, SharedToken newer) {
        return new SharedToken(
                newer.sequence() + 1,
                older.value(),
                older.tokenType(),
                older.scope(),
                newer.sentAt(),
                older.lifetime(),
                older.fields(),
                older.obtainedFor(),
                older.key());
    }

    @Override
    public Uni<Boolean> isAbandoned(Claim claim) {
        return Uni.createFrom().item(is(Defect.NO_PATIENCE) || process.id().replaces(claim.holder()));
    }

    @Override
    public Duration pollInterval() {
        return is(Defect.POLLS_AT_ONCE) ? Duration.ofMillis(1) : POLL;
    }

    @Override
    public StoreClock sharedClock() {
        return clock;
    }

    @Override
    public boolean claimRequired() {
        return !is(Defect.CLAIM_NOT_REQUIRED);
    }

    @Override
    public boolean durable() {
        return true;
    }

    /** Returns when the process began to write its last claim. */
    long claimStartedAt() {
        return claimStartedAt;
    }

    /** Returns when the last claim of the process was in the record. */
    long claimedAt() {
        return claimedAt;
    }
}
