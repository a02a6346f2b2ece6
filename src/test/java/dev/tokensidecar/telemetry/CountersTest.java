package dev.tokensidecar.telemetry;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenListener.Rejection;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every time series of a token exists before its first event, which Prometheus would otherwise miss. */
class CountersTest {

    private static final List<RefreshFailure> FAILURES = List.of(
            new RefreshFailure.Unavailable("http_503", "it is down", false, false, null),
            new RefreshFailure.InvalidResponse("a page for people"),
            new RefreshFailure.InvalidGrant("invalid_grant", "it is over"),
            new RefreshFailure.Misconfigured("invalid_client", "who is that"));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TokenMetrics metrics = new TokenMetrics(registry, "default");

    private Set<Meter.Id> series() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    private void failEachWay(RefreshReason reason) {
        for (RefreshFailure failure : FAILURES) {
            LastRefresh refresh = new LastRefresh(Instant.EPOCH, reason, failure.code(), ofSeconds(1));
            metrics.failed(refresh, failure, ofSeconds(1), true);
            metrics.failed(failure, ofSeconds(1));
        }
    }

    @Test
    void everySeriesExistsFromTheStart() {
        Set<Meter.Id> before = series();

        for (RefreshReason reason : RefreshReason.values()) {
            failEachWay(reason);
        }
        metrics.served();
        metrics.servedAfter(ofSeconds(1));
        metrics.cancelled(ofSeconds(1));
        metrics.coalesced();
        metrics.failed(TokenException.DeadlineExceeded.ofRefresh(ofSeconds(1)), ofSeconds(1));
        metrics.failed(new TokenException.TooManyWaiters(1), ZERO);
        metrics.failed(new TokenException.RejectedAgain(ofSeconds(1)), ZERO);
        for (Rejection outcome : Rejection.values()) {
            metrics.rejectionReported(outcome);
        }
        metrics.claimed(true);
        metrics.claimed(false);
        metrics.takingOver(new Claim(new ProcessId("pod-b", "uid-b", "run-b"), null, "default", Instant.EPOCH));

        assertThat(series()).isEqualTo(before);
    }
}
