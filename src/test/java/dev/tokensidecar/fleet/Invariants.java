package dev.tokensidecar.fleet;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.SessionRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks each {@link Rule} while a run goes on, and keeps the first violation. */
final class Invariants {

    private static final int CALLS_PER_MINUTE = 120;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** By so much a sidecar may be wrong about the clock of the store, and therefore early. */
    private static final Duration EARLY = Duration.ofSeconds(2);

    static final Duration PROBE_INTERVAL = Duration.ofMinutes(5);
    /** With these alone, no message is lost and nobody stops. */
    private static final Set<Fault.Kind> HARMLESS = EnumSet.of(
            Fault.Kind.LOGOUT,
            Fault.Kind.REPORT,
            Fault.Kind.CHANGE_BY_OTHERS,
            Fault.Kind.LATE_CHANGES,
            Fault.Kind.LOST_CHANGES);

    private final Fleet fleet;
    private final Map<SimulatedProcess, Deque<Long>> calls = new HashMap<>();
    private final Map<String, Long> presented = new HashMap<>();
    private final Map<Claim, Presentation> underClaim = new HashMap<>();
    private final Map<String, Long> rejected = new HashMap<>();
    private @Nullable String violation;

    Invariants(Fleet fleet) {
        this.fleet = fleet;
    }

    @Nullable String violation() {
        return violation;
    }

    void violated(Rule rule, String detail) {
        if (violation == null) {
            violation = rule + ": " + detail;
            fleet.trace().add("VIOLATION", () -> rule + ": " + detail);
        }
    }

    private void check(boolean holds, Rule rule, Object detail) {
        if (!holds) {
            violated(rule, String.valueOf(detail));
        }
    }

    /** A process is about to present a refresh token. */
    void presenting(Presentation presentation, String name) {
        SimulatedProcess process = presentation.process();
        Claim claim = fleet.secret().record().claim();
        boolean holds = claim != null
                && claim.holder().equals(process.id())
                && Objects.equals(claim.presented(), presentation.token().hash());
        check(holds, Rule.CLAIM_HELD, process);
        if (claim != null) {
            underClaim.put(claim, presentation);
        }
        long age = fleet.now() - process.store().claimStartedAt();
        check(age <= Presentation.SENT_WITHIN.toNanos() + 1_000_000, Rule.CLAIM_HELD, process);
        Long last = presented.put(name, fleet.now());
        if (isCalm() && last != null) {
            long earliest =
                    last + fleet.schedule().lifetime().dividedBy(2).minus(EARLY).toNanos();
            check(fleet.now() >= earliest, Rule.ONE_REQUEST_PER_TOKEN, process);
        }
    }

    private boolean isCalm() {
        return fleet.schedule().faults().isEmpty();
    }

    /** The authorization server gets a refresh token that it has replaced, and ends the session. */
    void presentedAgain(Presentation first, Presentation second) {
        check(
                first.mayBeRepeatedBy(second, fleet.now()),
                Rule.PRESENTED_ONCE,
                first.process() + ", then " + second.process());
    }

    /** The authorization server rejects a refresh token of a session that has ended. */
    void rejected(Presentation presentation) {
        Long last = rejected.put(presentation.token().value().reveal(), fleet.now());
        boolean resting =
                last != null && fleet.now() - last < PROBE_INTERVAL.minus(EARLY).toNanos();
        boolean working = fleet.schedule().faults().stream().allMatch(fault -> HARMLESS.contains(fault.kind()));
        check(!(resting && working), Rule.REJECTED_ONCE, presentation.process());
    }

    void written(SessionRecord before, SessionRecord next, SimulatedProcess writer) {
        check(next.generation() >= before.generation(), Rule.GENERATION_GROWS, writer);
        Presentation replaced = before.claim() == null ? null : underClaim.get(before.claim());
        if (replaced != null && next.claim() != null && replaced.process() != writer) {
            replaced.takenOver(fleet.now() - fleet.secret().lastOutageEnd(), fleet.now());
        }
    }

    void published(SimulatedProcess process, @Nullable AccessToken before, AccessToken next) {
        boolean older = before != null && fleet.server().isOlder(next.value(), before.value());
        check(!older, Rule.NEWER_TOKENS_ONLY, process);
    }

    void served(SimulatedProcess process, AccessToken token) {
        long end = fleet.server().issuedAt(token.value())
                + fleet.schedule().lifetime().toNanos();
        check(fleet.now() < end, Rule.UNEXPIRED, process);
    }

    void notServed(SimulatedProcess process, Throwable failure) {
        check(!isCalm(), Rule.SERVES, process + ": " + failure);
    }

    void storeCalled(SimulatedProcess process) {
        Deque<Long> last = calls.computeIfAbsent(process, unused -> new ArrayDeque<>());
        long now = process.clock().nanos();
        last.add(now);
        if (last.size() > CALLS_PER_MINUTE) {
            check(now - last.remove() > MINUTE.toNanos(), Rule.FEW_CALLS, process);
        }
    }
}
