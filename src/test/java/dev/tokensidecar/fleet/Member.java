package dev.tokensidecar.fleet;

import dev.tokensidecar.token.ProcessId;
import java.time.Duration;

/** One of the sidecars of a fleet: the processes that follow each other, and their network. */
final class Member {

    private final Fleet fleet;
    private final String name;
    private final Path toStore;
    private final Path toServer;
    private int place;
    private int run;
    private SimulatedProcess process;

    Member(Fleet fleet, int index, EventQueue queue) {
        this.fleet = fleet;
        this.name = "m" + index;
        this.toStore = new Path(queue);
        this.toServer = new Path(queue);
        this.process = newProcess(queue);
    }

    Path toStore() {
        return toStore;
    }

    Path toServer() {
        return toServer;
    }

    SimulatedProcess process() {
        return process;
    }

    private SimulatedProcess newProcess(EventQueue queue) {
        ProcessId id = new ProcessId(name, name + "/" + place, name + "/" + place + "." + run);
        long offset = fleet.random().nextLong(-3_600_000_000_000L, 3_600_000_000_000L);
        int rate = fleet.defect() == Defect.FAST_CLOCK && name.equals("m0") ? 3 : 1;
        return new SimulatedProcess(fleet, this, id, new ProcessClock(queue, offset, rate));
    }

    /**
     * Ends the process without a word, and starts another one.
     *
     * @param elsewhere whether that runs in another place
     * @param after how long nothing runs
     */
    void crash(boolean elsewhere, Duration after, EventQueue queue) {
        process.crash();
        place += elsewhere ? 1 : 0;
        run++;
        process = newProcess(queue);
        fleet.after(after.toNanos(), process::start);
    }

    @Override
    public String toString() {
        return name;
    }
}
