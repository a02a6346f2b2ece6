package dev.tokensidecar.fleet;

import java.time.Duration;

/**
 * Counts what a simulated fleet asks of its servers: at its start, all members at the same moment and without an access
 * token, and afterwards. Access tokens have a lifetime of 300 s, and nothing fails.
 *
 * @param refreshes token requests after the start
 * @param reads reads of the record after the start
 * @param writes writes of the record after the start
 * @param events changes that members heard of after the start
 * @param start the first minute
 */
public record SimulatedScale(int members, int refreshes, int reads, int writes, int events, Start start) {

    private static final Duration LIFETIME = Duration.ofSeconds(300);
    private static final Duration BEGIN = Duration.ZERO;
    private static final Duration STARTED = Duration.ofMinutes(1);

    /**
     * The start of all members.
     *
     * @param conflicts the writes that were rejected
     * @param mostInASecond reads and writes
     * @param done when the last member had its access token
     */
    public record Start(int tokenRequests, int reads, int writes, int conflicts, int mostInASecond, Duration done) {}

    /**
     * Runs a fleet.
     *
     * @param length in virtual time
     */
    public static SimulatedScale run(int members, Duration length) {
        Load load = Fleet.load(Schedule.calm(members, LIFETIME, length));
        return new SimulatedScale(
                members,
                load.requests(Operation.POST).between(STARTED, length),
                load.requests(Operation.READ).between(STARTED, length),
                load.writes(STARTED, length),
                load.events().between(STARTED, length),
                start(load));
    }

    private static Start start(Load load) {
        return new Start(
                load.requests(Operation.POST).between(BEGIN, STARTED),
                load.requests(Operation.READ).between(BEGIN, STARTED),
                load.writes(BEGIN, STARTED),
                load.conflicts().between(BEGIN, STARTED),
                load.calls().mostInASecond(BEGIN, STARTED),
                load.tokens().last(BEGIN, STARTED));
    }
}
