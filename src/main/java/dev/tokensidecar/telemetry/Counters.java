package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.TokenListener.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;

/**
 * The counters of one token. All of them exist from the start, at zero: Prometheus misses the increase of a counter that
 * appears with its first event.
 */
final class Counters {

    private static final List<String> REFRESH_OUTCOMES = List.of(
            LastRefresh.SUCCESS,
            LastRefresh.ADOPTED,
            "temporarily_unavailable",
            "invalid_response",
            "configuration",
            "reauthentication_required");
    private static final List<String> CLAIM_RESULTS = List.of("won", "lost", "taken_over");
    private static final List<String> REQUEST_OUTCOMES = List.of(
            "served",
            "served_after_wait",
            "cancelled",
            "temporarily_unavailable",
            "invalid_response",
            "configuration",
            "reauthentication_required",
            "deadline_exceeded",
            "too_many_waiters",
            "rejected_again");

    private final MeterRegistry registry;
    private final Tags token;

    Counters(MeterRegistry registry, Tags token) {
        this.registry = registry;
        this.token = token;
        for (String outcome : REQUEST_OUTCOMES) {
            var unused = requests(outcome);
        }
        for (RefreshReason reason : RefreshReason.values()) {
            for (String outcome : REFRESH_OUTCOMES) {
                var unused = refreshes(reason, outcome);
            }
        }
        for (Rejection outcome : Rejection.values()) {
            var unused = rejections(outcome);
        }
        for (String result : CLAIM_RESULTS) {
            var unused = claims(result);
        }
    }

    Counter requests(String outcome) {
        return counter("token_sidecar_requests", "requests of callers that ended", token.and("outcome", outcome));
    }

    Counter refreshes(RefreshReason reason, String outcome) {
        Tags labels = token.and("reason", reason.label(), "outcome", outcome);
        return counter("token_sidecar_refreshes", "refreshes that ended", labels);
    }

    Counter rejections(Rejection outcome) {
        String label = outcome.name().toLowerCase(Locale.ROOT);
        return counter("token_sidecar_rejections", "reports of rejected tokens", token.and("outcome", label));
    }

    Counter claims(String result) {
        return counter("token_sidecar_claims", "attempts to claim a refresh", token.and("result", result));
    }

    Counter coalesced() {
        return counter("token_sidecar_coalesced", "callers that joined a refresh in flight", token);
    }

    private Counter counter(String name, String description, Tags labels) {
        return Counter.builder(name).description(description).tags(labels).register(registry);
    }
}
