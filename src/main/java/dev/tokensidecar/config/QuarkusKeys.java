package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.PAIRS;
import static dev.tokensidecar.config.ValueType.PORT;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.fractionUpTo;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Declares the keys of Quarkus that the documents recommend. Quarkus reads them; the sidecar only warns about names that
 * are nearly one of these. {@code application.properties} sets the defaults that are not those of Quarkus.
 */
final class QuarkusKeys {

    /** Port for the application, on 127.0.0.1 and [::1]. */
    static final DefaultedKey<Integer> HTTP_PORT =
            key("quarkus.http.port", PORT).defaultsTo("8191");

    /** Port of probes and metrics, on all interfaces. */
    static final DefaultedKey<Integer> MANAGEMENT_PORT =
            key("quarkus.management.port", PORT).defaultsTo("9191");

    /** Minimum level of the log. */
    static final DefaultedKey<String> LOG_LEVEL = key("quarkus.log.level", TEXT).defaultsTo("INFO");

    /** The same for the sidecar alone; {@code DEBUG} logs each refresh. */
    static final DefaultedKey<String> CATEGORY_LEVEL =
            key("quarkus.log.category.\"dev.tokensidecar\".level", TEXT).defaultsTo("INFO");

    /** Writes each line of the log as a JSON object. */
    static final DefaultedKey<Boolean> JSON_ENABLED =
            key("quarkus.log.console.json.enabled", FLAG).defaultsTo("false");

    /** Names of members: {@code default}, {@code ecs} or {@code gcp}. */
    static final DefaultedKey<String> JSON_LOG_FORMAT =
            key("quarkus.log.console.json.log-format", TEXT).defaultsTo("default");

    /** Members to leave out, separated by commas. */
    static final OptionalKey<String> JSON_EXCLUDED_KEYS = key("quarkus.log.console.json.excluded-keys", TEXT);

    /** Logs each request; needs the next one. */
    static final DefaultedKey<Boolean> ACCESS_LOG_ENABLED =
            key("quarkus.http.access-log.enabled", FLAG).defaultsTo("false");

    /**
     * The pattern of the line, such as {@code %h %t %m %R %s %b %D}. The start fails with the default, and with
     * {@code %r}, {@code %q}, {@code %U}, headers and the like: queries name tokens by their hash, headers hold
     * credentials.
     */
    static final DefaultedKey<String> ACCESS_LOG_PATTERN =
            key("quarkus.http.access-log.pattern", TEXT).defaultsTo("common");

    /** {@code false} switches traces on. */
    static final DefaultedKey<Boolean> OTEL_DISABLED =
            key("quarkus.otel.sdk.disabled", FLAG).defaultsTo("true");

    /** Where the sidecar sends spans. */
    static final DefaultedKey<String> OTLP_ENDPOINT =
            key("quarkus.otel.exporter.otlp.endpoint", TEXT).defaultsTo("http://localhost:4317/");

    /** The protocol: {@code grpc} or {@code http/protobuf}. */
    static final DefaultedKey<String> OTLP_PROTOCOL =
            key("quarkus.otel.exporter.otlp.protocol", TEXT).defaultsTo("grpc");

    /** Headers for the collector, {@code name=value,name=value}; set it from a Secret if it holds a credential. */
    static final OptionalKey<Map<String, String>> OTLP_HEADERS = key("quarkus.otel.exporter.otlp.headers", PAIRS);

    /** Name of a TLS configuration, for an endpoint with {@code https} and a private CA. */
    static final OptionalKey<String> OTLP_TLS = key("quarkus.otel.exporter.otlp.tls-configuration-name", TEXT);

    /** The share of traces to sample, among those that begin here. */
    static final DefaultedKey<Double> SAMPLER_ARG =
            key("quarkus.otel.traces.sampler.arg", fractionUpTo(1)).defaultsTo("1.0");

    /**
     * Resource attributes of the spans, {@code name=value,name=value}; {@code OTEL_RESOURCE_ATTRIBUTES} works too.
     */
    static final OptionalKey<Map<String, String>> RESOURCE_ATTRIBUTES = key("quarkus.otel.resource.attributes", PAIRS);

    /** PEM files with the CA's certificates, separated by commas. */
    static final OptionalKey<String> TRUST_STORE = key("quarkus.tls.<name>.trust-store.pem.certs", TEXT);

    /**
     * PEM file with the client's certificate, if the server asks for one; required with {@code tls_client_auth} and
     * {@code self_signed_tls_client_auth}.
     */
    static final OptionalKey<String> KEY_STORE_CERT = key("quarkus.tls.<name>.key-store.pem.<key>.cert", TEXT);

    /** PEM file with its private key. */
    static final OptionalKey<String> KEY_STORE_KEY = key("quarkus.tls.<name>.key-store.pem.<key>.key", TEXT);

    static final List<Key<?>> PROCESS = List.of(
            HTTP_PORT,
            MANAGEMENT_PORT,
            LOG_LEVEL,
            CATEGORY_LEVEL,
            JSON_ENABLED,
            JSON_LOG_FORMAT,
            JSON_EXCLUDED_KEYS,
            ACCESS_LOG_ENABLED,
            ACCESS_LOG_PATTERN);

    static final List<Key<?>> TRACES = List.of(
            OTEL_DISABLED, OTLP_ENDPOINT, OTLP_PROTOCOL, OTLP_HEADERS, OTLP_TLS, SAMPLER_ARG, RESOURCE_ATTRIBUTES);

    static final List<Key<?>> TLS = List.of(TRUST_STORE, KEY_STORE_CERT, KEY_STORE_KEY);

    private QuarkusKeys() {}

    static List<String> names() {
        return Stream.of(PROCESS, TRACES, TLS)
                .flatMap(List::stream)
                .map(Key::name)
                .toList();
    }
}
