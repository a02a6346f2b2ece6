package dev.tokensidecar.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/** The attributes of spans, named like the meters and the log fields; {@code docs/operations.md} lists them. */
final class SpanAttributes {

    static final AttributeKey<String> TOKEN = AttributeKey.stringKey("token");
    static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error");
    static final AttributeKey<Long> GENERATION = AttributeKey.longKey("generation");
    static final AttributeKey<Long> RETRY_IN_MS = AttributeKey.longKey("retry_in_ms");
    static final AttributeKey<Boolean> TOKEN_STILL_USABLE = AttributeKey.booleanKey("token_still_usable");
    static final AttributeKey<Long> WAITED_MS = AttributeKey.longKey("waited_ms");

    // from the semantic conventions of OpenTelemetry for HTTP server spans
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

    private SpanAttributes() {}
}
