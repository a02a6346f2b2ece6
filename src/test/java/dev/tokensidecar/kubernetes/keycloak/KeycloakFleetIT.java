package dev.tokensidecar.kubernetes.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some sidecars with one session in a Secret of a real API server, at a real Keycloak with Revoke Refresh Token and no reuse.
 * {@code -Dfleet.seconds=N} sets the duration, {@code -Dfleet.pods=N} the number of sidecars.
 *
 * <p>{@code -Dfleet.seed=N} repeats the choices of an earlier run.
 */
class KeycloakFleetIT {

    private static final Duration DURATION = Duration.ofSeconds(Long.getLong("fleet.seconds", 45));
    private static final int PODS = Integer.getInteger("fleet.pods", 6);
    private static final long SEED = Long.getLong("fleet.seed", System.nanoTime());

    /** A part of the run without interruptions. */
    private static final Duration CALM = Duration.ofSeconds(12);

    /**
     * The shortest time between two refreshes of a single pod. Keycloak counts whole seconds, so it may grant a lifetime that
     * is a second shorter.
     */
    private static final Duration ALONE =
            KeycloakFleet.ACCESS_TOKEN_LIFETIME.minusSeconds(1).minus(KeycloakFleet.AHEAD);

    /** The same in a fleet: a pod may take a token that it has adopted for two seconds older than it is. */
    private static final Duration TOGETHER = ALONE.minusSeconds(2);

    @TempDir
    Path directory;

    @Test
    void keycloakSeesOneClientThatUsesEachRefreshTokenOnce() throws Exception {
        Instant begin = Instant.now();
        try (KeycloakFleet fleet = new KeycloakFleet(directory, PODS)) {
            Instant ready = Instant.now();
            fleet.start();
            Instant started = Instant.now();
            LockSupport.parkNanos(CALM.toNanos());
            Instant interrupted = Instant.now();
            TokenRequests calm = fleet.requests().between(started, interrupted);
            Interruptions interruptions = new Interruptions(fleet, SEED);
            try {
                interruptions.runUntil(started.plus(DURATION));
                assertThat(fleet.rejectedPods())
                        .as("pods whose tokens Keycloak does not accept")
                        .isEmpty();
            } finally {
                String start = "servers_s=" + Duration.between(begin, ready).toSeconds() + " start_s="
                        + Duration.between(ready, started).toSeconds() + " seconds="
                        + Duration.between(started, Instant.now()).toSeconds();
                record(fleet, interruptions, calm, start);
            }
            check(fleet.requests(), calm);
        }
    }

    private static void check(TokenRequests requests, TokenRequests calm) {
        assertThat(requests.rejected())
                .as("token requests that Keycloak rejected")
                .isEmpty();
        assertThat(requests.repeated())
                .as("token requests with a refresh token that was presented before")
                .isZero();
        assertThat(calm.granted())
                .as("refreshes while nothing happens: one for each access token, no more than a single pod needs")
                .isBetween(CALM.dividedBy(KeycloakFleet.ACCESS_TOKEN_LIFETIME), CALM.dividedBy(ALONE) + 1);
        assertThat(calm.intervals())
                .as("times between refreshes while nothing happens")
                .allMatch(interval -> interval.compareTo(TOGETHER) >= 0);
    }

    private static void record(KeycloakFleet fleet, Interruptions interruptions, TokenRequests calm, String start) {
        TokenRequests requests = fleet.requests();
        List<Duration> recoveries = interruptions.recoveries();
        StringJoiner line = new StringJoiner(" ");
        line.add("pods=" + PODS)
                .add(start)
                .add("kills=" + interruptions.kills())
                .add("pauses=" + interruptions.pauses())
                .add("api_server_restarts=" + interruptions.restarts())
                .add("requests=" + requests.count())
                .add("granted=" + requests.granted())
                .add("rejected=" + requests.rejected().size())
                .add("repeated=" + requests.repeated())
                .add("granted_calm=" + calm.granted())
                .add("per_lifetime_calm=%.2f".formatted(perLifetime(calm)))
                .add("interval_min_ms="
                        + millis(calm.intervals().stream().sorted().toList(), 0))
                .add("adopted=" + (fleet.polls().received() - requests.granted()))
                .add("served=" + fleet.polls().served())
                .add("outages=" + fleet.polls().outages().size())
                .add("recovery_median_ms=" + millis(recoveries, recoveries.size() / 2))
                .add("recovery_max_ms=" + millis(recoveries, recoveries.size() - 1))
                .add("seed=" + SEED);
        Figures.record("fleet-keycloak", line.toString());
    }

    private static double perLifetime(TokenRequests calm) {
        return (double) calm.granted() * KeycloakFleet.ACCESS_TOKEN_LIFETIME.toMillis() / CALM.toMillis();
    }

    private static String millis(List<Duration> sorted, int index) {
        return sorted.isEmpty() ? "-" : Long.toString(sorted.get(index).toMillis());
    }
}
