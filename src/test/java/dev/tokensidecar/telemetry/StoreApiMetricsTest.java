package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.StoreListener.Result;
import dev.tokensidecar.token.StoreListener.Verb;
import dev.tokensidecar.token.StoreProblem;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The meters of a store in Kubernetes. */
class StoreApiMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final VirtualTime time = new VirtualTime();
    private final StoreApiMetrics metrics = new StoreApiMetrics(registry, "session-of-orders", time);

    private Set<Meter.Id> series() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    private double calls(String verb, String result) {
        return registry.get("token_sidecar_store_api_calls")
                .tags("secret", "session-of-orders", "verb", verb, "result", result)
                .counter()
                .count();
    }

    private double watchAge() {
        return registry.get("token_sidecar_store_watch_age_seconds")
                .tag("secret", "session-of-orders")
                .gauge()
                .value();
    }

    @Test
    void everySeriesExistsFromTheStart() {
        Set<Meter.Id> before = series();

        for (Verb verb : Verb.values()) {
            for (Result result : Result.values()) {
                metrics.called(verb, result);
            }
        }

        assertThat(series()).isEqualTo(before);
    }

    @Test
    void callsAreCountedByVerbAndResult() {
        metrics.called(Verb.GET, Result.OK);
        metrics.called(Verb.GET, Result.OK);
        metrics.called(Verb.PATCH, Result.CONFLICT);
        metrics.called(Verb.WATCH, Result.UNREACHABLE);

        assertThat(calls("get", "ok")).isEqualTo(2);
        assertThat(calls("patch", "conflict")).isEqualTo(1);
        assertThat(calls("watch", "unreachable")).isEqualTo(1);
        assertThat(calls("patch", "ok")).isZero();
    }

    /** An alert and a call that name the same problem use the same word. */
    @Test
    void aResultHasTheWordOfItsProblem() {
        assertThat(Set.of(
                        StoreProblem.FORBIDDEN,
                        StoreProblem.MISSING,
                        StoreProblem.THROTTLED,
                        StoreProblem.UNREACHABLE,
                        StoreProblem.SLOW))
                .allSatisfy(problem -> assertThat(Result.of(problem).label()).isEqualTo(problem.label()));
        assertThat(Result.of(StoreProblem.UNWRITABLE)).isEqualTo(Result.REJECTED);
    }

    @Test
    void theWatchAgesFromItsLastSignOfLife() {
        time.advance(Duration.ofSeconds(30));
        assertThat(watchAge()).isEqualTo(30);

        metrics.watchOpened();
        time.advance(Duration.ofSeconds(20));
        assertThat(watchAge()).isEqualTo(20);

        metrics.watchReported();
        assertThat(watchAge()).isZero();

        metrics.watchEnded(StoreProblem.UNREACHABLE);
        time.advance(Duration.ofSeconds(5));
        assertThat(watchAge()).isEqualTo(5);
    }
}
