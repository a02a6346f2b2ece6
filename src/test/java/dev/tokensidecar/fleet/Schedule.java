package dev.tokensidecar.fleet;

import dev.tokensidecar.fleet.Fault.Kind;
import dev.tokensidecar.fleet.Fault.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one simulation.
 *
 * @param seed from which all of it follows, and the random numbers of the run
 * @param members number of sidecars
 * @param together whether all start at the same moment
 * @param lifetime of the access tokens
 * @param tokens the names of the access tokens of the session
 * @param timeout of a token request
 * @param rotating whether each response has a new refresh token
 * @param length how long faults begin
 */
record Schedule(
        long seed,
        int members,
        boolean together,
        Duration lifetime,
        List<String> tokens,
        Duration timeout,
        boolean rotating,
        Duration length,
        List<Fault> faults) {

    private static final int MAX_MEMBERS = 6;
    private static final int MAX_FAULTS = 8;
    private static final double WITHOUT_FAULTS = 0.1;
    private static final double WITH_TWO_TOKENS = 0.2;
    private static final double ROTATING = 0.9;
    private static final List<Integer> TIMEOUT_SECONDS = List.of(5, 10, 30);
    /** Faults prefer the steps around the request. */
    private static final List<Operation> OPERATIONS = List.of(
            Operation.READ,
            Operation.CLAIM,
            Operation.CLAIM,
            Operation.POST,
            Operation.POST,
            Operation.SAVE,
            Operation.SAVE,
            Operation.END);

    static Schedule of(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        double lifetime = 10 * Math.pow(30, random.nextDouble());
        double length = Math.clamp(lifetime * random.nextDouble(2, 6), 60, 600);
        boolean calm = random.nextDouble() < WITHOUT_FAULTS;
        int members = random.nextInt(1, MAX_MEMBERS + 1);
        return new Schedule(
                seed,
                members,
                random.nextBoolean(),
                seconds(lifetime),
                random.nextDouble() < WITH_TWO_TOKENS ? List.of("orders", "invoices") : List.of("default"),
                Duration.ofSeconds(oneOf(TIMEOUT_SECONDS, random)),
                random.nextDouble() < ROTATING,
                seconds(length),
                calm ? List.of() : faults(random, members, length));
    }

    /** Returns a plan without faults, in which all members start at the same moment, without an access token. */
    static Schedule calm(int members, Duration lifetime, Duration length) {
        return new Schedule(
                1, members, true, lifetime, List.of("default"), Duration.ofSeconds(30), true, length, List.of());
    }

    /** Returns the same plan with one fault. */
    Schedule with(Fault fault) {
        return new Schedule(seed, members, together, lifetime, tokens, timeout, rotating, length, List.of(fault));
    }

    private static List<Fault> faults(RandomGenerator random, int members, double length) {
        List<Fault> faults = new ArrayList<>();
        int count = random.nextInt(1, MAX_FAULTS + 1);
        for (int i = 0; i < count; i++) {
            faults.add(fault(random, members, length));
        }
        return List.copyOf(faults);
    }

    private static Fault fault(RandomGenerator random, int members, double length) {
        Kind kind = oneOf(List.of(Kind.values()), random);
        return new Fault(
                kind,
                seconds(random.nextDouble() * length),
                step(kind, random),
                random.nextInt(members),
                seconds(duration(random)),
                oneOf(List.of(Loss.values()), random));
    }

    private static @Nullable Step step(Kind kind, RandomGenerator random) {
        return kind == Kind.LOST_MESSAGE || random.nextDouble() < 0.7
                ? new Step(oneOf(OPERATIONS, random), oneOf(List.of(Phase.values()), random))
                : null;
    }

    /** Some faults are too short to matter, some outlast every timeout. */
    private static double duration(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextDouble(0.05, 3);
            case 1 -> random.nextDouble(3, 15);
            case 2 -> random.nextDouble(15, 60);
            default -> random.nextDouble(60, 120);
        };
    }

    private static <T> T oneOf(List<T> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }

    static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }
}
