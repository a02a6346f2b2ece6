package dev.tokensidecar.token;

import dev.tokensidecar.app.SystemTime;
import dev.tokensidecar.telemetry.TokenMetrics;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.time.VirtualTime;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures a call that finds a fresh token, with the update of the meters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecisionBench {

    private static final TokenRequest MIN_TTL = new TokenRequest(Duration.ofSeconds(60), null, Duration.ofSeconds(5));

    private final TokenService service = service();

    private static TokenService service() {
        FakeAuthorizationServer server = new FakeAuthorizationServer();
        server.accessTokenLifetime(Duration.ofDays(1));
        server.respondImmediately();
        TokenRuntime runtime = new TokenRuntime(new SystemTime(), new Random(1), new VirtualTime(), Runnable::run);
        TokenService service = new TokenService(
                "default",
                server,
                new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime),
                Core.POLICY,
                10_000,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                new TokenMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), "default"),
                AccessTokenPublisher.NONE);
        service.start();
        return service;
    }

    /** A request without conditions, as most callers send it. */
    @Benchmark
    public @Nullable AccessToken freshToken() {
        return service.fresh(CallerListener.NONE);
    }

    /** A request with a condition, which needs a decision. */
    @Benchmark
    public AccessToken tokenWithMinTtl() {
        return service.token(MIN_TTL, Core.CALLER).await().indefinitely();
    }
}
