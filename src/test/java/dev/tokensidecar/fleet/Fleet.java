package dev.tokensidecar.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** One simulated fleet with its store and its authorization server. */
final class Fleet {

    private static final long SECOND = 1_000_000_000L;
    /** Back-off, polls, clocks that are not exactly known, and what is in flight when the faults end. */
    private static final Duration RECOVERY = Duration.ofMinutes(3);

    private static final int MAX_EVENTS = 500_000;

    private static final int MAX_EVENTS_PER_MEMBER = 1_000;

    private final Schedule schedule;
    private final Defect defect;
    private final RandomGenerator random;
    private final EventQueue queue = new EventQueue();
    private final Trace trace;
    private final Invariants invariants = new Invariants(this);
    private final FaultInjector faults = new FaultInjector(this, queue);
    private final SimulatedAuthorizationServer server = new SimulatedAuthorizationServer(this);
    private final SimulatedSecret secret;
    private final List<Member> members;
    private final Map<Count, Integer> counts = new EnumMap<>(Count.class);
    private final Load load = new Load();
    private int events;

    private Fleet(Schedule schedule, Defect defect, boolean traced) {
        this.schedule = schedule;
        this.defect = defect;
        this.random = new SplittableRandom(~schedule.seed());
        this.trace = new Trace(queue, traced);
        this.secret = new SimulatedSecret(this, server.logIn());
        this.members = IntStream.range(0, schedule.members())
                .mapToObj(index -> new Member(this, index, queue))
                .toList();
    }

    /** Runs the schedule of a seed. */
    static Verdict run(long seed, Defect defect) {
        return new Fleet(Schedule.of(seed), defect, false).run();
    }

    /** Runs it again to see what happened. */
    static Verdict runTraced(long seed, Defect defect) {
        return new Fleet(Schedule.of(seed), defect, true).run();
    }

    /** Runs a schedule without faults, and returns what the fleet asked of its servers. */
    static Load load(Schedule schedule) {
        Fleet fleet = new Fleet(schedule, Defect.NONE, false);
        Verdict verdict = fleet.run();
        if (verdict.violation() != null) {
            throw new IllegalStateException(verdict.report());
        }
        return fleet.load;
    }

    private Verdict run() {
        for (Member member : members) {
            long start = schedule.together() ? 0 : random.nextLong(3 * SECOND);
            queue.at(start, member.process()::start);
        }
        faults.plan(schedule.faults());
        runUntil(schedule.length().toNanos());
        faults.stop();
        runUntil(Math.max(now(), faults.lastEnd()));
        recover();
        return new Verdict(schedule, invariants.violation(), trace.events(), counts);
    }

    private void recover() {
        long calm = now();
        Duration most =
                schedule.lifetime().multipliedBy(2).plus(schedule.timeout()).plus(RECOVERY);
        long end = calm + most.toNanos();
        while (!isGood(calm) && invariants.violation() == null) {
            if (now() > end) {
                invariants.violated(Rule.RECOVERS, states());
            }
            runUntil(now() + SECOND);
        }
    }

    /** Whether everybody has a token that was issued since then, or the session has ended and everybody says so. */
    private boolean isGood(long since) {
        return members.stream().allMatch(member -> member.process().hasTokensIssuedAfter(since))
                || (server.newestSessionEnded()
                        && members.stream().allMatch(member -> member.process().saysDead()));
    }

    private String states() {
        return members.stream()
                .map(member -> member + " " + member.process().states())
                .toList()
                .toString();
    }

    private void runUntil(long time) {
        while (invariants.violation() == null && queue.runNext(time)) {
            if (++events > Math.max(MAX_EVENTS, MAX_EVENTS_PER_MEMBER * schedule.members())) {
                invariants.violated(Rule.FEW_CALLS, "too many events");
            }
        }
    }

    Schedule schedule() {
        return schedule;
    }

    Defect defect() {
        return defect;
    }

    RandomGenerator random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    Invariants invariants() {
        return invariants;
    }

    FaultInjector faults() {
        return faults;
    }

    SimulatedAuthorizationServer server() {
        return server;
    }

    SimulatedSecret secret() {
        return secret;
    }

    List<Member> members() {
        return members;
    }

    Load load() {
        return load;
    }

    long now() {
        return queue.now();
    }

    /** Returns the true wall clock. */
    Instant instant() {
        return ProcessClock.START.plusNanos(queue.now());
    }

    void after(long nanos, Runnable action) {
        queue.at(now() + nanos, action);
    }

    void at(long nanos, Runnable action) {
        queue.at(nanos, action);
    }

    void count(Count what) {
        counts.merge(what, 1, Integer::sum);
    }
}
