package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.Config;

/** Rejects keys of Quarkus that would disclose tokens or their hashes, and keys that have no effect here. */
final class FrameworkChecks {

    private static final Set<String> LOOPBACK_HOSTS = Set.of("127.0.0.1", "localhost");

    /** The keys that configure TLS for a listener. Without this check they would be ignored silently. */
    private static final List<String> LISTENER_TLS = List.of(
            "quarkus.http.ssl.certificate.files",
            "quarkus.http.ssl.certificate.key-files",
            "quarkus.http.ssl.certificate.key-store-file",
            "quarkus.http.tls-configuration-name",
            "quarkus.management.ssl.certificate.files",
            "quarkus.management.ssl.certificate.key-files",
            "quarkus.management.ssl.certificate.key-store-file",
            "quarkus.management.tls-configuration-name");

    private FrameworkChecks() {}

    static List<String> violations(Config config) {
        List<String> violations = new ArrayList<>();
        String host = config.getOptionalValue("quarkus.http.host", String.class).orElse("127.0.0.1");
        if (!LOOPBACK_HOSTS.contains(host)) {
            violations.add(
                    "quarkus.http.host = '" + host
                            + "' would hand tokens to the network: leave it out, tokens are served on 127.0.0.1 and [::1] only");
        }
        if (config.getOptionalValue("quarkus.otel.instrument.vertx-http", Boolean.class)
                .orElse(false)) {
            violations.add("quarkus.otel.instrument.vertx-http = 'true' would show the queries of requests, which name"
                    + " tokens by their hash: leave it out, the sidecar has spans of its own");
        }
        violations.addAll(AccessLogCheck.violations(config));
        LISTENER_TLS.stream()
                .filter(key -> config.getOptionalValue(key, String.class).isPresent())
                .map(key -> key + " has no effect: the sidecar opens its listeners itself, without TLS; leave it out")
                .forEach(violations::add);
        return violations;
    }
}
