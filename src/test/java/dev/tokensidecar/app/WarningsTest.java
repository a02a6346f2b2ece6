package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.testing.log.LogCapture;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is allowed but risky has a line at the start. */
class WarningsTest {

    private static final String SHOP = "sidecar.introspection.shop.";

    private static final class NoTls implements TlsConfigurationRegistry {

        @Override
        public Optional<TlsConfiguration> get(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<TlsConfiguration> getDefault() {
            return Optional.empty();
        }

        @Override
        public void register(String name, TlsConfiguration configuration) {
            throw new UnsupportedOperationException();
        }
    }

    private static List<String> warnings(String issuer, Map<String, String> more) {
        Map<String, String> keys = new HashMap<>(Map.of(
                "sidecar.token.authorization-server.issuer",
                "https://login.example.com",
                "sidecar.token.client.id",
                "app",
                "sidecar.token.client.secret-file",
                "/etc/token-sidecar/client-secret",
                "sidecar.token.store.refresh-token-file",
                "/etc/token-sidecar/refresh-token",
                SHOP + "audience",
                "orders",
                SHOP + "method",
                "server",
                SHOP + "server.client",
                "default",
                SHOP + "issuer",
                issuer));
        keys.putAll(more);
        try (LogCapture lines = LogCapture.of(Warnings.class.getPackageName())) {
            new Warnings(new NoTls())
                    .log(new SettingsReader(
                                    new SmallRyeConfigBuilder()
                                            .addDefaultInterceptors()
                                            .addDiscoveredConverters()
                                            .withSources(new PropertiesConfigSource(keys, "test", 250))
                                            .build(),
                                    Map.of())
                            .read());
            return lines.lines();
        }
    }

    @Test
    void tokensThatAServerIsAskedAboutWithoutTlsHaveALine() {
        String line = "tokens and the credentials of the client are sent without TLS introspection=shop"
                + " host=login.example.com";

        assertThat(warnings(
                        "https://login.example.com",
                        Map.of(SHOP + "server.introspection-endpoint", "http://login.example.com/introspect")))
                .singleElement()
                .asString()
                .contains(line);
        assertThat(warnings(
                        "http://login.example.com",
                        Map.of("sidecar.token.authorization-server.issuer", "http://login.example.com")))
                .anySatisfy(warning -> assertThat(warning).contains(line));
        assertThat(warnings("https://login.example.com", Map.of())).isEmpty();
        assertThat(warnings(
                        "https://login.example.com",
                        Map.of(SHOP + "server.introspection-endpoint", "http://localhost:8080/introspect")))
                .isEmpty();
    }

    private static List<String> ofSockets(Map<String, String> more) {
        Map<String, String> keys = new HashMap<>(Map.of(
                "sidecar.tokens.orders.authorization-server.issuer", "https://login.example.com",
                "sidecar.tokens.orders.client.id", "orders",
                "sidecar.tokens.orders.client.secret-file", "/etc/token-sidecar/client-secret",
                "sidecar.tokens.orders.grant.type", "client_credentials",
                "sidecar.sockets.a.path", "/run/a/http.sock",
                "sidecar.sockets.a.tokens", "orders",
                "sidecar.forward.mail.target", "https://mail.example.com"));
        keys.putAll(more);
        return warnings("https://login.example.com", keys);
    }

    @Test
    void waysAroundASocketHaveALine() {
        String tcp = "every token of these sockets is also served over TCP sockets=a";
        String route = "a route gives this token to the whole pod forward=mail token=default";

        assertThat(ofSockets(Map.of())).anyMatch(line -> line.contains(tcp)).anyMatch(line -> line.contains(route));
        assertThat(ofSockets(Map.of("sidecar.guard.tcp-enabled", "false")))
                .noneMatch(line -> line.contains(tcp))
                .anyMatch(line -> line.contains(route));
        assertThat(ofSockets(Map.of("sidecar.guard.caller-secret-file", "/etc/caller/secret")))
                .noneMatch(line -> line.contains(tcp) || line.contains(route));
        assertThat(ofSockets(Map.of("sidecar.sockets.a.tokens", "*")))
                .noneMatch(line -> line.contains(tcp) || line.contains(route));
    }
}
