package dev.tokensidecar.fleet;

import dev.tokensidecar.testing.core.LocalConnection;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** One process of a sidecar, from its start to its end: the real core with simulated ports. */
final class SimulatedProcess {

    private static final BackOff BACK_OFF = new BackOff(
            Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(300), Duration.ofSeconds(3600));
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CALLERS_WAIT = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final Member member;
    private final ProcessId id;
    private final ProcessClock clock;
    private final RandomGenerator random;
    private final MemberStore store;
    private final Map<String, TokenService> services = new HashMap<>();
    private final Map<String, AccessToken> published = new HashMap<>();
    private boolean crashed;
    private long pausedUntil;

    SimulatedProcess(Fleet fleet, Member member, ProcessId id, ProcessClock clock) {
        this.fleet = fleet;
        this.member = member;
        this.id = id;
        this.clock = clock;
        this.random = fleet.random();
        this.store = new MemberStore(fleet, this);
    }

    ProcessId id() {
        return id;
    }

    Member member() {
        return member;
    }

    ProcessClock clock() {
        return clock;
    }

    MemberStore store() {
        return store;
    }

    boolean crashed() {
        return crashed;
    }

    /** Starts the sidecar, unless it was to crash before. */
    void start() {
        if (crashed) {
            return;
        }
        TokenRuntime runtime = new TokenRuntime(clock, random, new ProcessTimers(this), task -> later(0, task));
        Session session = new Session(store, STORE_TIMEOUT, id, runtime);
        for (String name : fleet.schedule().tokens()) {
            TokenService service = new TokenService(
                    name,
                    new MemberServer(fleet, this, name),
                    session,
                    policy(),
                    10,
                    callers -> callers.stream().map(caller -> "callers").toList(),
                    runtime,
                    listener(),
                    publisher(name));
            services.put(name, service);
        }
        fleet.schedule()
                .tokens()
                .forEach(name -> enter(() -> {
                    service(name).start();
                    ask(name);
                }));
    }

    private RefreshPolicy policy() {
        return new RefreshPolicy(
                Duration.ofSeconds(60),
                0.1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                Invariants.PROBE_INTERVAL,
                fleet.schedule().timeout(),
                BACK_OFF);
    }

    private TokenService service(String name) {
        return Objects.requireNonNull(services.get(name));
    }

    private AccessTokenPublisher publisher(String name) {
        return new AccessTokenPublisher() {
            @Override
            public void publish(AccessToken token) {
                fleet.trace()
                        .add(
                                SimulatedProcess.this,
                                () -> "publishes " + token.value().reveal());
                fleet.load().tokens().add(fleet.now());
                fleet.invariants().published(SimulatedProcess.this, published.put(name, token), token);
            }
        };
    }

    private TokenListener listener() {
        return new TokenListener() {
            @Override
            public void takingOver(Claim claim) {
                fleet.count(Count.TAKEN_OVER);
                fleet.trace()
                        .add(
                                SimulatedProcess.this,
                                () -> "takes over from " + claim.holder().run());
            }

            @Override
            public void superseded() {
                fleet.count(Count.SUPERSEDED);
            }

            @Override
            public void adopted(AccessToken token) {
                fleet.count(Count.ADOPTED);
            }
        };
    }

    /** A caller asks for a token now and then. */
    private void ask(String name) {
        request(name, TokenRequest.any(CALLERS_WAIT));
        long pause = fleet.schedule().lifetime().toNanos() / 4;
        later(random.nextLong(pause, 2 * pause), () -> ask(name));
    }

    /** A caller reports that an API rejects each token. */
    void report() {
        fleet.schedule().tokens().forEach(name -> {
            AccessToken token = published.get(name);
            if (token != null) {
                request(name, TokenRequest.afterRejection(TokenHash.of(token.value()), CALLERS_WAIT));
            }
        });
    }

    private void request(String name, TokenRequest request) {
        Caller caller = new Caller(Runnable::run, () -> LocalConnection.ANY, CallerListener.NONE);
        service(name)
                .token(request, caller)
                .subscribe()
                .with(
                        token -> fleet.invariants().served(this, token),
                        failure -> fleet.invariants().notServed(this, failure));
    }

    /** Returns whether all tokens are there and were issued after that time. */
    boolean hasTokensIssuedAfter(long time) {
        return fleet.schedule().tokens().stream().allMatch(name -> {
            AccessToken token = published.get(name);
            return token != null
                    && service(name).status().freshness().usable()
                    && fleet.server().issuedAt(token.value()) > time;
        });
    }

    boolean saysDead() {
        return services.values().stream()
                .allMatch(service -> service.status().state().equals("dead"));
    }

    List<String> states() {
        List<String> states = new ArrayList<>();
        services.forEach((name, service) -> states.add(
                name + "=" + service.status().state() + "/" + service.status().freshness()));
        return states;
    }

    /** Runs a task later in this process, if it still exists. */
    void later(long nanos, Runnable task) {
        fleet.after(nanos, () -> enter(task));
    }

    /** Runs a task in this process, or when its pause ends. All that waits for that comes in any order. */
    void enter(Runnable task) {
        if (crashed) {
            return;
        }
        if (fleet.now() < pausedUntil) {
            later(pausedUntil - fleet.now() + random.nextLong(1, 1_000_000), task);
        } else {
            task.run();
        }
    }

    void crash() {
        crashed = true;
    }

    void pause(Duration length) {
        pausedUntil = Math.max(pausedUntil, fleet.now() + length.toNanos());
        if (fleet.defect() == Defect.PAUSE_UNNOTICED) {
            fleet.at(pausedUntil, () -> clock.monotonicStopped(length));
            fleet.at(pausedUntil, () -> clock.wallStopped(length));
        }
    }

    void suspend(Duration length) {
        pausedUntil = Math.max(pausedUntil, fleet.now() + length.toNanos());
        fleet.at(pausedUntil, () -> clock.monotonicStopped(length));
    }

    @Override
    public String toString() {
        return id.run();
    }
}
