package dev.tokensidecar.fleet;

import dev.tokensidecar.fleet.Fault.Kind;
import dev.tokensidecar.fleet.Fault.Loss;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the faults of a schedule happen. */
final class FaultInjector {

    private final Fleet fleet;
    private final EventQueue queue;
    private final List<Fault> atSteps = new ArrayList<>();
    private long lastEnd;

    FaultInjector(Fleet fleet, EventQueue queue) {
        this.fleet = fleet;
        this.queue = queue;
    }

    void plan(List<Fault> faults) {
        for (Fault fault : faults) {
            if (fault.at() == null) {
                queue.at(
                        fault.from().toNanos(),
                        () -> happen(fault, fleet.members().get(fault.member()).process()));
            } else {
                atSteps.add(fault);
            }
        }
    }

    /** No fault begins any more. */
    void stop() {
        atSteps.clear();
    }

    /** Returns when the last fault has ended. */
    long lastEnd() {
        return lastEnd;
    }

    /** A process has reached a step. Returns what happens to its message; null if it passes. */
    @Nullable Loss reached(Step step, SimulatedProcess process) {
        Loss loss = null;
        for (Iterator<Fault> faults = atSteps.iterator(); faults.hasNext(); ) {
            Fault fault = faults.next();
            if (step.equals(fault.at()) && fleet.now() >= fault.from().toNanos() && !process.crashed()) {
                faults.remove();
                loss = fault.kind() == Kind.LOST_MESSAGE ? fault.loss() : loss;
                happen(fault, process);
            }
        }
        return loss;
    }

    private void happen(Fault fault, SimulatedProcess process) {
        fleet.count(Count.FAULTS);
        fleet.trace().add(process, () -> "FAULT " + fault);
        long end = fleet.now() + fault.length().toNanos();
        lastEnd = Math.max(lastEnd, end);
        Member member = process.member();
        switch (fault.kind()) {
            case CRASH -> crash(member, false, fault);
            case REPLACEMENT -> crash(member, true, fault);
            case PAUSE -> process.pause(fault.length());
            case SUSPENSION -> process.suspend(fault.length());
            case CUT_FROM_STORE -> member.toStore().cut(end, fault.loss());
            case STORE_OUTAGE -> {
                fleet.members().forEach(each -> each.toStore().cut(end, fault.loss()));
                fleet.secret().unreachable(fault.length(), end);
            }
            case CUT_FROM_SERVER -> member.toServer().cut(end, fault.loss());
            case LOST_MESSAGE -> {}
            case LOST_CHANGES -> process.store().deafen(fault.length());
            case LATE_CHANGES -> process.store().slowDown(fault.length());
            case CHANGE_BY_OTHERS -> fleet.secret().touch();
            case UNAVAILABLE, THROTTLED, GARBAGE, SLOW -> fleet.server().disturb(fault);
            case REPORT -> process.later(0, process::report);
            case CLOCK_STEP -> process.clock().step(fault.length(), fault.loss() != Loss.SILENT || suspends());
            case LOGOUT -> fleet.server().logOut();
            case LOGIN -> {
                fleet.count(Count.LOGINS);
                fleet.secret().seed(fleet.server().logIn());
            }
        }
    }

    /** A machine that is suspended and whose wall clock is set back has no clock that tells how long it was suspended. */
    private boolean suspends() {
        return fleet.schedule().faults().stream().anyMatch(fault -> fault.kind() == Kind.SUSPENSION);
    }

    private void crash(Member member, boolean elsewhere, Fault fault) {
        fleet.count(Count.CRASHES);
        member.crash(elsewhere, fault.length(), queue);
    }
}
