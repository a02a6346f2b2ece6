package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenException;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the span of a request contains, and what it omits. */
@Timeout(30)
class RequestSpansTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String SECRET = "secret-of-a-caller";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final RequestSpans spans = new RequestSpans(provider.get("test"), () -> Set.of("default", "orders"));
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private HttpServer http;

    @BeforeEach
    void open() {
        Router router = Router.router(vertx);
        router.route().handler(spans);
        router.route().handler(this::respond);
        http = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void respond(RoutingContext context) {
        String status = context.request().getHeader("X-Status");
        if (status == null) {
            arrived.countDown();
            return;
        }
        CallerListener listener = spans.apply(context);
        listener.failed(TokenException.DeadlineExceeded.ofRefresh(Duration.ofSeconds(3)), Duration.ofSeconds(3));
        context.response().setStatusCode(Integer.parseInt(status)).end();
    }

    /** Sends a request and waits until both sides have finished. */
    private List<SpanData> spansAfter(String target, int status, String... headers) throws Exception {
        String[] lines = new String[headers.length + 4];
        lines[0] = target + " HTTP/1.1";
        lines[1] = "Host: localhost";
        lines[2] = "Connection: close";
        lines[3] = "X-Status: " + status;
        System.arraycopy(headers, 0, lines, 4, headers.length);
        try (RawHttp request = RawHttp.send(http.actualPort(), lines)) {
            assertThat(request.readUntilClosed().toString()).contains(Integer.toString(status));
        }
        close();
        return List.copyOf(spansSoFar());
    }

    private List<SpanData> spansSoFar() {
        return exporter.getFinishedSpanItems();
    }

    @ParameterizedTest
    @CsvSource({
        "GET /token, GET /token, default",
        "GET /token/, GET /token, default",
        "GET /token?rejected=secret-of-a-caller, GET /token, default",
        "HEAD /token, HEAD /token, default",
        "POST /token/rejected, POST /token/rejected, default",
        "GET /tokens/orders, GET /tokens/{name}, orders",
        "POST /tokens/orders/rejected, POST /tokens/{name}/rejected, orders",
        "GET /tokens/secret-of-a-caller, GET /tokens/{name},",
        "SECRET /token, HTTP /token, default",
    })
    void aSpanHasTheRouteAndNothingElseOfTheTarget(String target, String name, String token) throws Exception {
        List<SpanData> spans = spansAfter(target, 200, "X-Secret: " + SECRET, "User-Agent: " + SECRET);

        assertThat(spans).singleElement().satisfies(span -> {
            assertThat(span.getName()).isEqualTo(name);
            assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
            assertThat(span.getAttributes().get(SpanAttributes.TOKEN)).isEqualTo(token);
            assertThat(span.getAttributes().get(SpanAttributes.ROUTE)).isEqualTo(name.substring(name.indexOf(' ') + 1));
            assertThat(span.toString()).doesNotContain(SECRET);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status", "/token/secret-of-a-caller", "/tokens", "/tokens/a/b/c", "/tokenx"})
    void otherPathsHaveNoSpan(String path) throws Exception {
        assertThat(spansAfter("GET " + path, 200)).isEmpty();
    }

    @Test
    void statusAndOutcomeAreAttributes() throws Exception {
        assertThat(spansAfter("GET /token", 504)).singleElement().satisfies(span -> {
            assertThat(span.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("http.request.method", "GET")
                            .put("http.route", "/token")
                            .put("http.response.status_code", 504)
                            .put("token", "default")
                            .put("outcome", "deadline_exceeded")
                            .put("waited_ms", 3000)
                            .build()
                            .asMap());
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        });
    }

    @Test
    void aStatusBelow500IsNoServerError() throws Exception {
        assertThat(spansAfter("GET /token", 410))
                .singleElement()
                .satisfies(span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET));
    }

    @Test
    void theSpanOfTheCallerIsTheParentAndItsFreeTextIsOmitted() throws Exception {
        List<SpanData> spans = spansAfter(
                "GET /token",
                200,
                "traceparent: 00-" + TRACE + "-" + PARENT + "-01",
                "tracestate: vendor=" + SECRET,
                "baggage: user=" + SECRET);

        assertThat(spans).singleElement().satisfies(span -> {
            assertThat(span.getTraceId()).isEqualTo(TRACE);
            assertThat(span.getParentSpanId()).isEqualTo(PARENT);
            assertThat(span.getParentSpanContext().isRemote()).isTrue();
            assertThat(span.toString()).doesNotContain(SECRET);
        });
    }

    @Test
    void aCallerThatIsNotSampledHasNoSpan() throws Exception {
        assertThat(spansAfter("GET /token", 200, "traceparent: 00-" + TRACE + "-" + PARENT + "-00"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"secret-of-a-caller", "00-0-0-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01"})
    void anInvalidParentIsIgnored(String traceparent) throws Exception {
        assertThat(spansAfter("GET /token", 200, "traceparent: " + traceparent))
                .singleElement()
                .satisfies(span -> {
                    assertThat(span.getParentSpanContext().isValid()).isFalse();
                    assertThat(span.toString()).doesNotContain(SECRET);
                });
    }

    @Test
    void aCallerThatDisconnectsIsCancelled() throws Exception {
        RawHttp request = RawHttp.send(http.actualPort(), "GET /token HTTP/1.1", "Host: localhost");
        assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        request.close();

        while (spansSoFar().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(spansSoFar())
                .singleElement()
                .satisfies(span -> assertThat(span.getAttributes().asMap())
                        .containsEntry(SpanAttributes.OUTCOME, "cancelled")
                        .doesNotContainKey(SpanAttributes.STATUS));
    }
}
