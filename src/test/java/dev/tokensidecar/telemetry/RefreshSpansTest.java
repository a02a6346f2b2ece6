package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.LocalConnection;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of a refresh and of the callers that ask meanwhile. */
class RefreshSpansTest {

    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final int LIFETIME_SECONDS = 300;

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final Tracer tracer = provider.get("test");
    private final VirtualTime time = new VirtualTime();
    private final FakeAuthorizationServer server = new FakeAuthorizationServer();
    private final TokenService service;

    RefreshSpansTest() {
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        Session session = new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime);
        RefreshSpans spans = new RefreshSpans(tracer, "orders");
        service = new TokenService(
                "default",
                server,
                session,
                Policies.DEFAULT,
                10_000,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                spans,
                AccessTokenPublisher.NONE);
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private void startAndReset() {
        service.start();
        server.grant();
        exporter.reset();
    }

    /** Sends a request. The test ends its span. */
    private Span ask() {
        Span span = tracer.spanBuilder("caller").startSpan();
        Caller caller = new Caller(Runnable::run, () -> LocalConnection.ANY, new RequestSpan(span));
        UniAssertSubscriber<AccessToken> unused =
                service.token(TokenRequest.any(WAIT), caller).subscribe().withSubscriber(UniAssertSubscriber.create());
        return span;
    }

    private List<Span> ask(int callers) {
        return IntStream.range(0, callers).mapToObj(i -> ask()).toList();
    }

    private List<SpanData> named(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    private SpanData refresh() {
        assertThat(named("token refresh")).hasSize(1);
        return named("token refresh").getFirst();
    }

    private List<SpanData> callers(List<Span> callers) {
        callers.forEach(Span::end);
        return named("caller");
    }

    private static void assertLinked(SpanData caller, SpanData refresh) {
        assertThat(caller.getLinks())
                .extracting(LinkData::getSpanContext)
                .singleElement()
                .isEqualTo(refresh.getSpanContext());
    }

    @Test
    void everyCallerOfAHerdLinksToTheSameRefresh() {
        startAndReset();
        time.suspend(Duration.ofSeconds(LIFETIME_SECONDS));
        List<Span> herd = ask(1000);
        time.advance(Duration.ofMillis(250));
        server.grant();

        SpanData refresh = refresh();
        assertThat(refresh.getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put("token", "orders")
                        .put("reason", "expired")
                        .put("outcome", "success")
                        .put("generation", 2)
                        .build()
                        .asMap());
        assertThat(refresh.getStatus()).isEqualTo(StatusData.unset());
        assertThat(refresh.getLinks()).isEmpty();
        assertThat(callers(herd)).hasSize(1000).allSatisfy(caller -> {
            assertLinked(caller, refresh);
            assertThat(caller.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("outcome", "served_after_wait")
                            .put("waited_ms", 250)
                            .put("generation", 2)
                            .build()
                            .asMap());
        });
    }

    @Test
    void aCallerServedImmediatelyHasNoLink() {
        startAndReset();

        List<Span> served = ask(3);

        assertThat(named("token refresh")).isEmpty();
        assertThat(callers(served)).hasSize(3).allSatisfy(caller -> {
            assertThat(caller.getLinks()).isEmpty();
            assertThat(caller.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("outcome", "served")
                            .put("waited_ms", 0)
                            .put("generation", 1)
                            .build()
                            .asMap());
        });
    }

    @Test
    void aCallerThatStartsABackgroundRefreshHasALinkAndTheNextOneHasNone() {
        startAndReset();
        time.suspend(Duration.ofSeconds(LIFETIME_SECONDS - 50));
        List<Span> two = ask(2);
        server.grant();

        assertThat(refresh().getAttributes().asMap()).containsEntry(SpanAttributes.REASON, "ahead_of_expiry");
        List<SpanData> spans = callers(two);
        assertLinked(spans.getFirst(), refresh());
        assertThat(spans.getLast().getLinks()).isEmpty();
        assertThat(spans)
                .allSatisfy(span ->
                        assertThat(span.getAttributes().asMap()).containsEntry(SpanAttributes.OUTCOME, "served"));
    }

    @Test
    void aFailureAppearsWithItsCodesAndWithoutTextOfTheServer() {
        startAndReset();
        time.suspend(Duration.ofSeconds(LIFETIME_SECONDS));
        List<Span> herd = ask(2);
        server.fail(new RefreshFailure.Unavailable(
                "http_503", "503 and what the server wrote", true, false, Duration.ofSeconds(7)));

        SpanData refresh = refresh();
        assertThat(refresh.getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put("token", "orders")
                        .put("reason", "expired")
                        .put("outcome", "temporarily_unavailable")
                        .put("error", "http_503")
                        .put("retry_in_ms", 7000)
                        .put("token_still_usable", false)
                        .build()
                        .asMap());
        assertThat(refresh.getStatus()).isEqualTo(StatusData.create(StatusCode.ERROR, "http_503"));
        assertThat(callers(herd)).hasSize(2).allSatisfy(caller -> {
            assertLinked(caller, refresh);
            assertThat(caller.getAttributes().asMap()).containsEntry(SpanAttributes.OUTCOME, "temporarily_unavailable");
        });
    }

    @Test
    void aCallerDuringTheBackOffHasTheReasonAndNoLink() {
        startAndReset();
        time.suspend(Duration.ofSeconds(LIFETIME_SECONDS));
        List<Span> first = ask(1);
        server.fail(new RefreshFailure.Unavailable("http_503", "503", true, false, Duration.ofSeconds(7)));
        first.forEach(Span::end);
        exporter.reset();

        assertThat(callers(ask(1))).singleElement().satisfies(caller -> {
            assertThat(caller.getLinks()).isEmpty();
            assertThat(caller.getAttributes().asMap())
                    .containsEntry(SpanAttributes.OUTCOME, "temporarily_unavailable")
                    .containsEntry(SpanAttributes.WAITED_MS, 0L);
        });
    }

    @Test
    void aDeadlineEndsTheSpanOfTheCallerAndNotThatOfTheRefresh() {
        startAndReset();
        time.suspend(Duration.ofSeconds(LIFETIME_SECONDS));
        List<Span> impatient = ask(1);
        time.advance(WAIT);

        assertThat(named("token refresh")).isEmpty();
        server.grant();

        assertThat(callers(impatient)).singleElement().satisfies(caller -> {
            assertLinked(caller, refresh());
            assertThat(caller.getAttributes().asMap())
                    .containsEntry(SpanAttributes.OUTCOME, "deadline_exceeded")
                    .containsEntry(SpanAttributes.WAITED_MS, WAIT.toMillis());
        });
    }

    @Test
    void aRefreshHasNoParentWhateverContextItsThreadHas() {
        startAndReset();
        time.suspend(Duration.ofSeconds(LIFETIME_SECONDS));
        Span application = tracer.spanBuilder("application").startSpan();
        Context.root()
                .with(application)
                .wrap(() -> {
                    ask(1).forEach(Span::end);
                    server.grant();
                })
                .run();

        assertThat(refresh().getParentSpanContext().isValid()).isFalse();
        assertThat(refresh().getTraceId())
                .isNotEqualTo(application.getSpanContext().getTraceId());
    }
}
