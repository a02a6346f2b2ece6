package dev.tokensidecar.token;

/** The machine's own clocks, whose price is part of what is measured. */
final class MachineTime implements TimeSource {

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }
}
