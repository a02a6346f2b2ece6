package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.AuthorizationServerSettings;
import dev.tokensidecar.config.TokenSettings.Client;
import dev.tokensidecar.config.TokenSettings.ExpiresInUnit;
import dev.tokensidecar.config.TokenSettings.FileFormat;
import dev.tokensidecar.config.TokenSettings.GrantCredentials;
import dev.tokensidecar.config.TokenSettings.GrantSettings;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.Http;
import dev.tokensidecar.config.TokenSettings.Store;
import dev.tokensidecar.config.TokenSettings.TokenFile;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.RefreshPolicy;
import java.time.Duration;
import java.util.Map;

/** Reads the keys of one token; each has its one place here. */
final class TokenSettingsReader {

    private static final String ISSUER = "authorization-server.issuer";
    private static final String TOKEN_ENDPOINT = "authorization-server.token-endpoint";

    private TokenSettingsReader() {}

    static TokenSettings read(KeyReader keys) {
        keys.preset(presets(keys));
        AuthorizationServerSettings server = authorizationServer(keys);
        return new TokenSettings(
                server,
                RefreshEndpointReader.read(keys),
                client(keys),
                grant(keys),
                refresh(keys, server.timeout()),
                store(keys),
                http(keys),
                file(keys));
    }

    /** Whoever says where the authorization server is means another one than the provider's. */
    private static Map<String, String> presets(KeyReader keys) {
        Provider provider = keys.oneOf("provider", Provider.class, Provider.GENERIC);
        return keys.isSet(ISSUER) || keys.isSet(TOKEN_ENDPOINT)
                ? provider.presetsForAnotherServer()
                : provider.presets();
    }

    private static AuthorizationServerSettings authorizationServer(KeyReader keys) {
        return new AuthorizationServerSettings(
                keys.httpUri(ISSUER),
                keys.httpUri(TOKEN_ENDPOINT),
                keys.positive("authorization-server.connect-timeout", Duration.ofSeconds(2)),
                keys.positive("authorization-server.timeout", Duration.ofSeconds(30)),
                keys.text("authorization-server.tls-configuration-name"),
                keys.oneOf("authorization-server.expires-in-unit", ExpiresInUnit.class, ExpiresInUnit.SECONDS),
                keys.text("authorization-server.expires-at-field"),
                keys.httpUri("authorization-server.device-authorization-endpoint"),
                keys.flag("authorization-server.allow-plain-http-endpoints"),
                keys.list("authorization-server.dead-errors"),
                keys.pairs("authorization-server.extra-headers"));
    }

    private static Client client(KeyReader keys) {
        return new Client(
                keys.text("client.id"),
                keys.path("client.secret-file"),
                keys.oneOf(
                        "client.authentication-method",
                        AuthenticationMethod.class,
                        AuthenticationMethod.CLIENT_SECRET_BASIC),
                new Assertion(
                        keys.path("client.key-file"),
                        keys.text("client.key-id"),
                        keys.path("client.certificate-file"),
                        keys.oneOf("client.signing-algorithm", SigningAlgorithm.class),
                        keys.text("client.assertion-audience"),
                        keys.path("client.assertion-file")));
    }

    private static GrantSettings grant(KeyReader keys) {
        return new GrantSettings(
                keys.oneOf("grant.type", GrantType.class, GrantType.REFRESH_TOKEN),
                keys.text("grant.scope"),
                keys.text("grant.audience"),
                keys.list("grant.resource"),
                keys.pairs("grant.extra-parameters"),
                new GrantCredentials(
                        keys.path("grant.assertion-file"),
                        keys.path("grant.subject-token-file"),
                        keys.text("grant.subject-token-type", "urn:ietf:params:oauth:token-type:jwt"),
                        keys.text("grant.requested-token-type"),
                        keys.text("grant.username"),
                        keys.path("grant.password-file")));
    }

    private static RefreshPolicy refresh(KeyReader keys, Duration timeout) {
        return new RefreshPolicy(
                keys.positive("refresh.ahead", Duration.ofMinutes(1)),
                keys.fraction("refresh.jitter", 0.5, 0.1),
                keys.duration("refresh.min-remaining", Duration.ofSeconds(10)),
                keys.duration("refresh.min-interval", Duration.ofSeconds(5)),
                keys.duration("refresh.rejected-interval", Duration.ofMinutes(1)),
                keys.positive("refresh.default-life", Duration.ofMinutes(5)),
                keys.duration("refresh.probe-interval", Duration.ofMinutes(5)),
                timeout,
                new BackOff(
                        keys.positive("refresh.back-off-initial", Duration.ofMillis(500)),
                        keys.positive("refresh.back-off-max", Duration.ofSeconds(30)),
                        keys.duration("refresh.retry-after-max", Duration.ofMinutes(5)),
                        keys.duration("refresh.throttled-max", Duration.ofHours(1))));
    }

    private static Store store(KeyReader keys) {
        return new Store(
                keys.path("store.refresh-token-file"),
                keys.path("store.file"),
                keys.path("store.encryption-key-file"),
                keys.flag("store.accept-plain-text"),
                keys.positive("store.timeout", Duration.ofSeconds(2)));
    }

    private static Http http(KeyReader keys) {
        return new Http(
                keys.duration("http.max-wait", Duration.ofSeconds(5)), keys.count("http.max-waiters", 1, 10_000));
    }

    private static TokenFile file(KeyReader keys) {
        return new TokenFile(
                keys.path(TokenFileChecks.FILE),
                keys.mode("file-mode", "0640"),
                keys.group("file-group"),
                keys.oneOf("file-format", FileFormat.class, FileFormat.TEXT));
    }
}
