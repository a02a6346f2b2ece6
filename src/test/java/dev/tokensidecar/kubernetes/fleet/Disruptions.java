package dev.tokensidecar.kubernetes.fleet;

import static java.util.stream.Collectors.toSet;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.kubernetes.controlplane.ServerProgram;
import dev.tokensidecar.kubernetes.session.Link;
import dev.tokensidecar.kubernetes.session.Pod;
import dev.tokensidecar.kubernetes.session.RecordHistory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Causes one disruption after the other. Each ends when every pod has a token again. */
final class Disruptions {

    /** How many pods are disrupted at once. */
    private static final int MOST_PODS = 3;

    private static final Duration SHORTEST_FAULT = Duration.ofSeconds(1);
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(6);
    private static final Duration LONGEST_REST = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(20);

    private final Fleet fleet;
    private final DemoAuthorizationServer server;
    private final Random random;
    private final List<Disruption> remaining = new ArrayList<>();
    private final List<Episode> episodes = new ArrayList<>();
    private int kills;
    private int pauses;

    Disruptions(Fleet fleet, long seed) {
        this.fleet = fleet;
        this.server = fleet.server();
        this.random = new Random(seed);
    }

    /** Continues until that moment and the end of the last disruption. */
    void runUntil(Instant end) throws IOException, InterruptedException {
        while (Instant.now().isBefore(end)) {
            LockSupport.parkNanos(random.nextLong(LONGEST_REST.toNanos()));
            run(choose());
        }
    }

    List<Episode> episodes() {
        return List.copyOf(episodes);
    }

    int kills() {
        return kills;
    }

    int pauses() {
        return pauses;
    }

    /** Returns each disruption once, then once more in another order, and so on. */
    private Disruption choose() {
        if (remaining.isEmpty()) {
            remaining.addAll(List.of(Disruption.values()));
            Collections.shuffle(remaining, random);
        }
        return remaining.removeLast();
    }

    private void run(Disruption disruption) throws IOException, InterruptedException {
        switch (disruption) {
            case KILL_AND_RESTART -> kill(disruption, somePods(), false);
            case KILL_AND_REPLACE -> kill(disruption, somePods(), true);
            case KILL_HOLDER_BEFORE_ROTATION -> killHolder(disruption, Fault.hold());
            case KILL_HOLDER_AFTER_ROTATION ->
                killHolder(disruption, Fault.hold().afterProcessing());
            case PAUSE -> pause(disruption, somePods(), Fleet.REQUEST_TIMEOUT.plus(someTime()));
            case PAUSE_HOLDER -> pauseHolder(disruption);
            case API_SERVER_CRASH -> crash(disruption, fleet.plane().apiServer());
            case API_SERVER_SHUTDOWN -> shutDownApiServer(disruption);
            case ETCD_CRASH -> crash(disruption, fleet.plane().etcd());
            case NO_API_SERVER -> partition(disruption, somePods(), true, false);
            case NO_AUTHORIZATION_SERVER -> partition(disruption, somePods(), false, true);
            case NO_NETWORK -> partition(disruption, somePods(), true, true);
            case RESPONSE_LOST -> loseResponse(disruption);
        }
    }

    private void kill(Disruption disruption, List<Pod> pods, boolean replace) throws IOException, InterruptedException {
        Instant begin = Instant.now();
        for (Pod pod : pods) {
            pod.kill();
            kills++;
        }
        restart(pods, replace);
        recover(disruption, pods, begin);
    }

    private static void restart(List<Pod> pods, boolean replace) throws InterruptedException {
        for (Pod pod : pods) {
            if (replace) {
                pod.replace();
            }
            pod.start();
        }
        for (Pod pod : pods) {
            pod.sidecar().awaitLive();
        }
    }

    private void killHolder(Disruption disruption, Fault fault) throws IOException, InterruptedException {
        List<Pod> holder = holdRequest(fault);
        Instant begin = Instant.now();
        for (Pod pod : holder) {
            pod.kill();
            kills++;
        }
        release();
        restart(holder, random.nextBoolean());
        recover(disruption, holder, begin);
    }

    private void pause(Disruption disruption, List<Pod> pods, Duration length)
            throws IOException, InterruptedException {
        Instant begin = Instant.now();
        for (Pod pod : pods) {
            pod.pause();
            pauses++;
        }
        // the request of a holder, if there is one
        release();
        LockSupport.parkNanos(length.toNanos());
        for (Pod pod : pods) {
            pod.resume();
        }
        recover(disruption, pods, begin);
    }

    private void pauseHolder(Disruption disruption) throws IOException, InterruptedException {
        pause(disruption, holdRequest(Fault.hold()), Fleet.CLAIM_TIMEOUT.plus(someTime()));
    }

    /** Waits for the next request, which the server holds, and returns the pod that sent it. */
    private List<Pod> holdRequest(Fault fault) {
        server.faults().next(fault);
        server.awaitHeld(1);
        List<Pod> holders = new ArrayList<>();
        await("the claim is known", () -> {
            Pod pod = holder();
            if (pod != null) {
                holders.add(pod);
            }
            return pod != null;
        });
        return holders;
    }

    private @Nullable Pod holder() {
        String place = RecordHistory.claimedBy(fleet.history().versions());
        return fleet.pods().stream()
                .filter(pod -> pod.uid().equals(place))
                .findFirst()
                .orElse(null);
    }

    private void release() {
        server.faults().clear();
        server.release();
    }

    private void crash(Disruption disruption, ServerProgram program) throws IOException, InterruptedException {
        Instant begin = Instant.now();
        program.kill();
        LockSupport.parkNanos(someTime().toNanos());
        program.start();
        fleet.plane().awaitReady();
        recover(disruption, List.of(), begin);
    }

    private void shutDownApiServer(Disruption disruption) throws IOException, InterruptedException {
        Instant begin = Instant.now();
        ServerProgram program = fleet.plane().apiServer();
        program.terminate();
        LockSupport.parkNanos(LONGEST_FAULT.toNanos());
        program.kill();
        program.start();
        recover(disruption, List.of(), begin);
    }

    private void partition(Disruption disruption, List<Pod> pods, boolean fromApiServer, boolean fromServer)
            throws IOException, InterruptedException {
        Link.State state = random.nextBoolean() ? Link.State.SILENT : Link.State.REFUSING;
        Instant begin = Instant.now();
        become(state, pods, fromApiServer, fromServer);
        LockSupport.parkNanos(someTime().toNanos());
        become(Link.State.OPEN, pods, fromApiServer, fromServer);
        recover(disruption, pods, begin);
    }

    private static void become(Link.State state, List<Pod> pods, boolean apiServer, boolean server) {
        for (Pod pod : pods) {
            if (apiServer) {
                pod.apiServer().become(state);
            }
            if (server) {
                pod.authorizationServer().become(state);
            }
        }
    }

    private void loseResponse(Disruption disruption) throws IOException, InterruptedException {
        List<Pod> holder = holdRequest(Fault.hold());
        Instant begin = Instant.now();
        become(Link.State.SILENT, holder, false, true);
        release();
        LockSupport.parkNanos(someTime().toNanos());
        become(Link.State.OPEN, holder, false, true);
        // whoever waits for that response
        recover(disruption, List.of(), begin);
    }

    /** Waits until each pod has a token, and logs in again if that is what it takes. */
    private void recover(Disruption disruption, List<Pod> affected, Instant begin)
            throws IOException, InterruptedException {
        Instant healed = Instant.now();
        fleet.awaitWell(healed, TIMEOUT);
        Set<String> names = affected.stream().map(Pod::name).collect(toSet());
        Episode episode = new Episode(disruption.name(), names, begin, healed, Instant.now());
        episodes.add(episode);
        fleet.log(episode.toString());
    }

    private List<Pod> somePods() {
        List<Pod> pods = new ArrayList<>(fleet.pods());
        Collections.shuffle(pods, random);
        return pods.subList(0, 1 + random.nextInt(Math.min(MOST_PODS, pods.size())));
    }

    private Duration someTime() {
        return SHORTEST_FAULT.plusNanos(
                random.nextLong(LONGEST_FAULT.minus(SHORTEST_FAULT).toNanos()));
    }

    private static void await(String what, BooleanSupplier condition) {
        Instant end = Instant.now().plus(TIMEOUT);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("not within " + TIMEOUT + ": " + what);
            }
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
        }
    }
}
