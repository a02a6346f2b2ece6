package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.http.RecordingClient;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.Jcmd;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.SpanCollector;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The traces of the packaged application: exported to the configured endpoint, and nowhere without one. */
@Timeout(120)
class TracesIT {

    private static final int HERD = 5;
    private static final String UNKNOWN_HASH = Sha256.hex("not-of-this-server");

    @TempDir
    Path directory;

    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, directory.resolve("log"), DemoOptions.defaults());
        testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "20s");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private void export(String endpoint, String protocol) {
        testBed.set("QUARKUS_OTEL_SDK_DISABLED", "false");
        testBed.set("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        testBed.set("QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
        testBed.set("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=orders-1,k8s.namespace.name=shop");
    }

    private static String trace(int caller) {
        return "%032x".formatted(caller + 1);
    }

    private static Map<String, String> traceparent(int caller) {
        return Map.of("traceparent", "00-" + trace(caller) + "-00000000000000aa-01");
    }

    private List<CompletableFuture<HttpResponse<String>>> herd(SidecarProcess sidecar) throws InterruptedException {
        List<CompletableFuture<HttpResponse<String>>> herd = IntStream.range(0, HERD)
                .mapToObj(caller -> testBed.getAsync(sidecar.api("/token"), traceparent(caller)))
                .toList();
        sidecar.awaitWaiters(HERD);
        return herd;
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http/protobuf"})
    void theSpansOfCallersLinkToTheSpanOfTheirRefresh(String protocol) throws Exception {
        testBed.server().faults().next(Fault.hold());
        try (SpanCollector collector = SpanCollector.open()) {
            export(collector.endpoint(), protocol);
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitLive();
                testBed.server().awaitHeld(1);
                List<CompletableFuture<HttpResponse<String>>> herd = herd(sidecar);
                testBed.server().release();
                herd.forEach(caller ->
                        assertThat(SidecarTestBed.await(caller).statusCode()).isEqualTo(200));
                assertThat(testBed.get(sidecar.api("/token"), traceparent(HERD)).statusCode())
                        .isEqualTo(200);

                assertThat(sidecar.stop()).isZero();
            }
            assertRefresh(collector);
            assertHerd(collector);
            assertServedImmediately(collector);
            assertThat(collector.spans()).hasSize(HERD + 2);
            assertThat(collector.resources())
                    .isNotEmpty()
                    .allSatisfy(resource -> assertThat(attributes(resource.getAttributesList()))
                            .containsEntry("service.name", "token-sidecar")
                            .containsEntry("k8s.pod.name", "orders-1")
                            .containsEntry("k8s.namespace.name", "shop"));
        }
        assertThat(testBed.server().requests())
                .isNotEmpty()
                .allSatisfy(
                        request -> assertThat(request.headers().toString()).doesNotContainIgnoringCase("traceparent"));
    }

    private static void assertRefresh(SpanCollector collector) {
        Span refresh = refresh(collector);
        assertThat(refresh.getParentSpanId()).isEqualTo(ByteString.EMPTY);
        assertThat(refresh.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_INTERNAL);
        assertThat(attributes(refresh.getAttributesList()))
                .isEqualTo(Map.of("token", "default", "reason", "startup", "outcome", "success", "generation", "1"));
    }

    private static void assertHerd(SpanCollector collector) {
        for (int caller = 0; caller < HERD; caller++) {
            Span span = of(collector, trace(caller));
            assertThat(hex(span.getParentSpanId())).isEqualTo("00000000000000aa");
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(span.getName()).isEqualTo("GET /token");
            assertThat(span.getLinksList()).singleElement().satisfies(link -> {
                assertThat(link.getTraceId()).isEqualTo(refresh(collector).getTraceId());
                assertThat(link.getSpanId()).isEqualTo(refresh(collector).getSpanId());
            });
            Map<String, String> attributes = attributes(span.getAttributesList());
            assertThat(Long.parseLong(attributes.getOrDefault("waited_ms", "-1")))
                    .isNotNegative();
            assertThat(attributes)
                    .containsOnlyKeys(
                            "http.request.method",
                            "http.route",
                            "http.response.status_code",
                            "token",
                            "outcome",
                            "waited_ms",
                            "generation")
                    .containsEntry("outcome", "served_after_wait");
        }
    }

    private static void assertServedImmediately(SpanCollector collector) {
        Span immediate = of(collector, trace(HERD));
        assertThat(immediate.getLinksList()).isEmpty();
        assertThat(attributes(immediate.getAttributesList()))
                .isEqualTo(Map.of(
                        "http.request.method", "GET",
                        "http.route", "/token",
                        "http.response.status_code", "200",
                        "token", "default",
                        "outcome", "served",
                        "waited_ms", "0",
                        "generation", "1"));
    }

    @Test
    void noCredentialIsExported() throws Exception {
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SpanCollector collector = SpanCollector.open()) {
            export(collector.endpoint(), "http/protobuf");
            RecordingClient client;
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                client = new RecordingClient(sidecar.api("/"), sidecar.management("/"));
                exercise(client);
                testBed.server().faults().next(Fault.echo(400, "invalid_client"));
                client.report(client.token());
                assertThat(sidecar.stop()).isZero();
            }
            assertThat(collector.spans())
                    .anySatisfy(span ->
                            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR))
                    .anySatisfy(span -> assertThat(span.getName()).isEqualTo("POST /token/rejected"))
                    .hasSizeGreaterThan(10);
            SecretSearch secrets = secrets(client);
            assertThat(secrets.leaks(Map.of("tokens", client.tokenResponses()))).isNotEmpty();
            assertThat(secrets.leaks(Map.of("export", collector.raw()))).isEmpty();
        }
    }

    private static void exercise(RecordingClient client) throws Exception {
        client.request("?min_ttl=5");
        client.request("?rejected=" + UNKNOWN_HASH);
        client.reportHash(client.token());
        client.report(client.token());
        client.request("", "tracestate", "vendor=" + client.token(), "baggage", "token=" + client.token());
        client.request("", "traceparent", client.token());
        client.misplace(client.token());
        client.requestDescriptions();
    }

    private SecretSearch secrets(RecordingClient client) {
        SecretSearch secrets = new SecretSearch();
        secrets.addInAnyForm(client.accessTokens());
        secrets.addInAnyForm(testBed.server().accessTokens().keySet());
        secrets.addInAnyForm(testBed.server().refreshTokens());
        secrets.addInAnyForm(List.of(DemoOptions.CLIENT_SECRET));
        secrets.add(List.of(UNKNOWN_HASH));
        return secrets;
    }

    @Test
    void aCollectorThatIsDownDoesNotAffectCallers() throws Exception {
        export("http://127.0.0.1:" + ChildProcess.freePort(), "grpc");
        testBed.set("QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            requestUntilLogged(sidecar, "Failed to export");

            assertStopsQuickly(sidecar);
            assertThat(sidecar.log().lines().filter(line -> line.contains("Failed to export")))
                    .as("logged, and not for each attempt")
                    .hasSizeBetween(1, 20);
        }
    }

    private void requestUntilLogged(SidecarProcess sidecar, String text) throws InterruptedException {
        sidecar.await("a line with " + text, () -> {
            for (int i = 0; i < 50; i++) {
                assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(200);
            }
            return sidecar.log().contains(text);
        });
    }

    @Test
    void aCollectorThatHangsDoesNotDelayShutdown() throws Exception {
        try (SpanCollector collector = SpanCollector.thatHangs()) {
            export(collector.endpoint(), "http/protobuf");
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(200);

                assertStopsQuickly(sidecar);
            }
        }
    }

    private static void assertStopsQuickly(SidecarProcess sidecar) throws InterruptedException {
        long asked = System.nanoTime();
        assertThat(sidecar.stop()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(4));
    }

    /** Variables of this kind tell other programs of the pod where to send their traces. */
    @Test
    void withTracingOffThereAreNoSpansConnectionsOrThreads() throws Exception {
        try (SpanCollector collector = SpanCollector.open()) {
            testBed.set("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
            testBed.set("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
            testBed.set("OTEL_TRACES_EXPORTER", "otlp");
            testBed.set("OTEL_TRACES_SAMPLER", "always_on");
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                assertThat(testBed.get(sidecar.api("/token"), traceparent(1)).statusCode())
                        .isEqualTo(200);
                assertThat(Jcmd.run(sidecar.pid(), "Thread.print"))
                        .contains("token-timer")
                        .doesNotContainIgnoringCase("opentelemetry")
                        .doesNotContain("BatchSpanProcessor");

                assertThat(sidecar.stop()).isZero();
            }
            assertThat(collector.connections()).isZero();
        }
    }

    private static Span refresh(SpanCollector collector) {
        List<Span> refreshes = collector.spans().stream()
                .filter(span -> span.getName().equals("token refresh"))
                .toList();
        assertThat(refreshes).hasSize(1);
        return refreshes.getFirst();
    }

    private static Span of(SpanCollector collector, String trace) {
        List<Span> spans = collector.spans().stream()
                .filter(span -> hex(span.getTraceId()).equals(trace))
                .toList();
        assertThat(spans).hasSize(1);
        return spans.getFirst();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, it -> text(it.getValue())));
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }
}
