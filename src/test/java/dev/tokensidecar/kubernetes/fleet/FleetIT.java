package dev.tokensidecar.kubernetes.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many sidecars with one rotating refresh token in a Secret of a real API server, at an authorization server that forgives
 * nothing. {@code -Dfleet.seconds=N} sets the duration, {@code -Dfleet.pods=N} the number of sidecars. Writes what happened
 * to {@code target/fleet/fleet.log}.
 *
 * <p>{@code -Dfleet.seed=N} repeats the choices of an earlier run.
 */
class FleetIT {

    private static final Duration DURATION = Duration.ofSeconds(Long.getLong("fleet.seconds", 180));
    private static final int PODS = Integer.getInteger("fleet.pods", 20);
    private static final long SEED = Long.getLong("fleet.seed", System.nanoTime());

    /** One in so many recoveries may be late. */
    private static final int MOST_ARE_EARLY = 20;

    /** A part of the run without disruptions. */
    private static final Duration CALM = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    @Test
    void oneRefreshTokenServesAFleetWhateverFails() throws Exception {
        try (Fleet fleet = new Fleet(directory, PODS)) {
            Instant begin = Instant.now();
            fleet.start();
            Instant started = Instant.now();
            LockSupport.parkNanos(CALM.toNanos());
            Instant disturbed = Instant.now();
            Disruptions disruptions = new Disruptions(fleet, SEED);
            Audit audit;
            try {
                disruptions.runUntil(started.plus(DURATION));
            } finally {
                audit = new Audit(fleet, started, disruptions.episodes());
                record(fleet, disruptions, audit, Duration.between(begin, started), started, disturbed);
            }
            check(fleet, audit);
        }
    }

    private static void check(Fleet fleet, Audit audit) {
        assertThat(fleet.lostSessions()).as("sessions that were lost").allMatch(Fleet.LostSession::inWindow);
        assertThat(audit.unclaimed()).as("requests without a claim").isZero();
        assertThat((long) audit.requests())
                .as("requests: one per refresh token, except by the rule for a response in doubt")
                .isLessThanOrEqualTo(audit.generations()
                        + audit.inDoubt()
                        + 2L * fleet.lostSessions().size());
        assertThat(audit.expired()).as("expired tokens that were served").isEmpty();
        assertThat(audit.unexplained())
                .as("requests of applications without a token, not explained by a disruption")
                .isEmpty();
        List<Duration> recoveries = sorted(audit);
        assertThat(recoveries)
                .as("recoveries %s", audit.recoveries())
                .allMatch(time -> time.compareTo(Audit.LATEST) < 0);
        assertThat(late(recoveries))
                .as("recoveries after more than %s, of %s", Audit.ALLOWANCE, recoveries.size())
                .isLessThanOrEqualTo(Math.max(1, recoveries.size() / MOST_ARE_EARLY));
    }

    private static List<Duration> sorted(Audit audit) {
        return audit.recoveries().values().stream()
                .flatMap(List::stream)
                .sorted()
                .toList();
    }

    private static long late(List<Duration> recoveries) {
        return recoveries.stream()
                .filter(time -> time.compareTo(Audit.ALLOWANCE) > 0)
                .count();
    }

    private static void record(
            Fleet fleet, Disruptions disruptions, Audit audit, Duration start, Instant started, Instant disturbed) {
        Instant end = Instant.now();
        Map<String, List<Duration>> recoveries = audit.recoveries();
        List<Duration> sorted = sorted(audit);
        long inWindow = fleet.lostSessions().stream()
                .filter(Fleet.LostSession::inWindow)
                .count();
        StringJoiner line = new StringJoiner(" ");
        line.add("pods=" + fleet.pods().size())
                .add("seconds=" + Duration.between(started, end).toSeconds())
                .add("start_s=" + start.toSeconds())
                .add("disruptions=" + sorted.size())
                .add("kills=" + disruptions.kills())
                .add("pauses=" + disruptions.pauses())
                .add("requests=" + audit.requests())
                .add("granted=" + audit.granted())
                .add("saved=" + audit.generations())
                .add("in_doubt=" + audit.inDoubt())
                .add("repeated_rejected=" + audit.repeatedRejected())
                .add("unclaimed=" + audit.unclaimed())
                .add("per_lifetime_calm=%.2f".formatted(audit.grantedPerLifetime(started, disturbed)))
                .add("per_lifetime=%.2f".formatted(audit.grantedPerLifetime(started, end)))
                .add("early=" + audit.early())
                .add("adopted=" + (fleet.polls().received() - audit.granted()))
                .add("served=" + fleet.polls().served())
                .add("expired=" + audit.expired().size())
                .add("outages=" + fleet.polls().outages().size())
                .add("unexplained=" + audit.unexplained().size())
                .add("stuck_claims=" + audit.stuckClaims().size())
                .add("lost_in_window=" + inWindow)
                .add("lost_outside=" + (fleet.lostSessions().size() - inWindow))
                .add("recoveries_late=" + late(sorted))
                .add("recovery_median_ms=" + millis(sorted, sorted.size() / 2))
                .add("recovery_max_ms=" + millis(sorted, sorted.size() - 1))
                .add("seed=" + SEED);
        Figures.record("fleet", line.toString());
        new TreeMap<>(recoveries).forEach((what, all) -> fleet.log(what + " " + all));
        audit.unexplained().forEach(outage -> fleet.log("unexplained " + outage));
        audit.stuckClaims().forEach(claim -> fleet.log("stuck " + claim));
        audit.expired().forEach(token -> fleet.log("expired token " + token));
    }

    private static String millis(List<Duration> sorted, int index) {
        return sorted.isEmpty() ? "-" : Long.toString(sorted.get(index).toMillis());
    }
}
