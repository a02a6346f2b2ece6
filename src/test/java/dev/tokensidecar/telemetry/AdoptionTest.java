package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a pod shows of the refreshes of another pod: metrics, log lines and spans. */
class AdoptionTest {

    private static final Logger LOGGER = Logger.getLogger("dev.tokensidecar.refresh");

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final VirtualTime time = new VirtualTime();
    private final FakeAuthorizationServer server = new FakeAuthorizationServer();
    private final FakeStore store = FakeStore.shared();
    private final TokenService other = pod("pod-a", new TokenListener() {});
    private final RefreshLog refreshLog = new RefreshLog("default");
    private final Lines log = new Lines();

    private TokenService pod(String name, TokenListener listener) {
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        Session session = new Session(store, Duration.ofSeconds(2), new ProcessId(name, name, name), runtime);
        return new TokenService(
                "default",
                server,
                session,
                Policies.DEFAULT,
                10_000,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                listener,
                AccessTokenPublisher.NONE);
    }

    @BeforeEach
    void listen() {
        LOGGER.addHandler(log);
        LOGGER.setLevel(Level.ALL);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(log);
        provider.close();
    }

    private double refreshes(String reason, String outcome) {
        return registry.get("token_sidecar_refreshes")
                .tags("reason", reason, "outcome", outcome)
                .counter()
                .count();
    }

    private double claims(String result) {
        return registry.get("token_sidecar_claims")
                .tag("result", result)
                .counter()
                .count();
    }

    private long timed() {
        return registry.get("token_sidecar_refresh").timer().count();
    }

    private TokenService startObserved() {
        TokenService observed = pod(
                "pod-b",
                new CompositeTokenListener(
                        new TokenMetrics(registry, "default"),
                        refreshLog,
                        new RefreshSpans(provider.get("test"), "default"),
                        TokenListener.NONE,
                        TokenListener.NONE));
        observed.start();
        return observed;
    }

    /** The observed pod starts when the other one has a token. */
    private TokenService startBoth() {
        other.start();
        server.grant();
        return startObserved();
    }

    @Test
    void aRefreshThatFindsTheTokenOfAnotherPodIsNotAnOwnOne() {
        var unused = startBoth();

        assertThat(refreshes("startup", "adopted")).isEqualTo(1);
        assertThat(refreshes("startup", "success")).isZero();
        assertThat(timed()).isZero();
        assertThat(claims("won")).isZero();
        assertThat(log.texts)
                .containsExactly("INFO token of another process adopted token=default generation=1 reason=startup");
    }

    @Test
    void itsSpanIsNoError() {
        var unused = startBoth();

        assertThat(exporter.getFinishedSpanItems()).singleElement().satisfies(span -> {
            assertThat(span.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("token", "default")
                            .put("reason", "startup")
                            .put("outcome", "adopted")
                            .put("generation", 1)
                            .build()
                            .asMap());
            assertThat(span.getStatus()).isEqualTo(StatusData.unset());
        });
    }

    @Test
    void aTokenThatArrivesWithoutARefreshIsCountedAndHasNoSpan() {
        TokenService observed = startBoth();
        exporter.reset();
        time.advance(Duration.ofSeconds(240));
        server.grant();

        assertThat(observed.status().generation()).isEqualTo(2);
        assertThat(refreshes("ahead_of_expiry", "adopted")).isEqualTo(1);
        assertThat(timed()).isZero();
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
        assertThat(log.texts.getLast())
                .isEqualTo("DEBUG token of another process adopted token=default generation=2 reason=ahead_of_expiry");
    }

    @Test
    void aTokenOfAnotherPodEndsAFailureInTheLog() {
        var unused = startBoth();
        refreshLog.failed(
                new LastRefresh(Instant.EPOCH, RefreshReason.AHEAD_OF_EXPIRY, "http_503", Duration.ZERO),
                new RefreshFailure.Unavailable("http_503", "503", true, false, null),
                Duration.ofSeconds(1),
                true);
        time.advance(Duration.ofSeconds(240));
        server.grant();

        assertThat(log.texts.getLast())
                .isEqualTo("INFO token of another process adopted token=default generation=2 reason=ahead_of_expiry");
    }

    @Test
    void anOwnRefreshIsTimedAndItsClaimCounted() {
        var unused = startObserved();
        server.grant();

        assertThat(refreshes("startup", "success")).isEqualTo(1);
        assertThat(timed()).isEqualTo(1);
        assertThat(claims("won")).isEqualTo(1);
        assertThat(claims("lost")).isZero();
    }

    @Test
    void aClaimThatIsTakenOverIsCountedAndLogged() {
        SessionRecord record = store.record();
        Claim claim = new Claim(new ProcessId("pod-c", "pod-c", "pod-c"), null, "default", Instant.EPOCH);
        store.contents(new SessionRecord(0, record.current(), null, List.of(), claim, null, SharedState.NONE));
        TokenService observed = startObserved();
        assertThat(observed.status().claimedBy()).isEqualTo("pod-c");
        time.advance(Duration.ofSeconds(41));

        assertThat(claims("taken_over")).isEqualTo(1);
        assertThat(claims("won")).isEqualTo(1);
        assertThat(observed.status().claimedBy()).isEqualTo("pod-b");
        assertThat(log.texts).anyMatch(line -> line.startsWith("WARN") && line.contains("holder=pod-c"));
    }

    private static final class Lines extends Handler {
        private final List<String> texts = new ArrayList<>();

        @Override
        public void publish(LogRecord record) {
            texts.add(new PatternFormatter("%p %m").format(ExtLogRecord.wrap(record)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
