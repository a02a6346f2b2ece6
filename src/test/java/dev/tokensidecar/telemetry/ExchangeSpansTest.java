package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.RefreshFailure;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The span of one exchange. */
class ExchangeSpansTest {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final ExchangeSpans spans = new ExchangeSpans(provider.get("test"), "orders");

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void aSuccessfulExchangeHasASpanOfItsOwn() {
        spans.exchangeStarting().succeeded(Duration.ofSeconds(1));

        SpanData span = exporter.getFinishedSpanItems().getFirst();
        assertThat(span.getName()).isEqualTo("token exchange");
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        assertThat(span.getAttributes().asMap())
                .isEqualTo(Attributes.of(SpanAttributes.TOKEN, "orders", SpanAttributes.OUTCOME, "success")
                        .asMap());
    }

    @Test
    void aFailedExchangeSaysWhyWithoutTheTextOfTheServer() {
        spans.exchangeStarting()
                .failed(new RefreshFailure.InvalidGrant("invalid_grant", "anna is gone"), Duration.ofSeconds(1));

        SpanData span = exporter.getFinishedSpanItems().getFirst();
        assertThat(span.getStatus()).isEqualTo(StatusData.create(StatusCode.ERROR, "invalid_grant"));
        assertThat(span.getAttributes().asMap())
                .isEqualTo(Attributes.of(
                                SpanAttributes.TOKEN,
                                "orders",
                                SpanAttributes.OUTCOME,
                                "rejected",
                                SpanAttributes.ERROR,
                                "invalid_grant")
                        .asMap());
    }
}
