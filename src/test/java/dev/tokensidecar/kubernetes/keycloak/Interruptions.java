package dev.tokensidecar.kubernetes.keycloak;

import dev.tokensidecar.kubernetes.controlplane.ServerProgram;
import dev.tokensidecar.kubernetes.session.Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts pods and the API server, one after the other. No interruption is in the window that no client can close: a pod
 * that has the claim is neither killed nor stopped.
 */
final class Interruptions {

    /** Longer than an access token lives, so that the others refresh meanwhile. */
    private static final Duration PAUSE = KeycloakFleet.ACCESS_TOKEN_LIFETIME.plusSeconds(2);

    private static final Duration LONGEST_REST = Duration.ofSeconds(1);
    /** How long to let a pod run that has the claim. */
    private static final Duration CLAIMED = Duration.ofMillis(100);

    private final KeycloakFleet fleet;
    private final Random random;
    private final List<Duration> recoveries = new ArrayList<>();
    private int kills;
    private int pauses;
    private int restarts;

    Interruptions(KeycloakFleet fleet, long seed) {
        this.fleet = fleet;
        this.random = new Random(seed);
    }

    /** Causes each kind once, and further ones until that moment. */
    void runUntil(Instant end) throws IOException, InterruptedException {
        do {
            kill();
            pause();
            kill();
            restartApiServer();
            for (int more = 0; more < 4 && Instant.now().isBefore(end); more++) {
                kill();
            }
        } while (Instant.now().isBefore(end));
    }

    int kills() {
        return kills;
    }

    int pauses() {
        return pauses;
    }

    int restarts() {
        return restarts;
    }

    /** Returns how long it took after each until every pod had a token again, the shortest time first. */
    List<Duration> recoveries() {
        return recoveries.stream().sorted().toList();
    }

    private void kill() throws IOException, InterruptedException {
        Pod pod = stopWithoutClaim();
        pod.kill();
        kills++;
        pod.start();
        pod.sidecar().awaitLive();
        recover();
    }

    private void pause() throws IOException, InterruptedException {
        Pod pod = stopWithoutClaim();
        pauses++;
        LockSupport.parkNanos(PAUSE.toNanos());
        pod.resume();
        recover();
    }

    private void restartApiServer() throws InterruptedException {
        ServerProgram program = fleet.plane().apiServer();
        program.kill();
        program.start();
        restarts++;
        recover();
    }

    /**
     * Stops a pod (SIGSTOP). One that stands still sends nothing, so if the Secret does not have its claim after that, it has
     * no token request in flight. A claim that arrives later is one whose request it has not sent yet.
     */
    private Pod stopWithoutClaim() throws IOException, InterruptedException {
        LockSupport.parkNanos(random.nextLong(LONGEST_REST.toNanos()));
        Pod pod = fleet.pods().get(random.nextInt(fleet.pods().size()));
        pod.pause();
        while (pod.uid().equals(fleet.session().claimedBy())) {
            pod.resume();
            LockSupport.parkNanos(CLAIMED.toNanos());
            pod.pause();
        }
        return pod;
    }

    private void recover() {
        Instant healed = Instant.now();
        fleet.awaitWell(healed);
        recoveries.add(Duration.between(healed, Instant.now()));
    }
}
