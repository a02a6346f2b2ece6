package dev.tokensidecar.config;

import dev.tokensidecar.token.RefreshPolicy;
import java.time.Duration;

/** The rules that concern more than one key of one token. */
final class TokenChecks {

    private TokenChecks() {}

    static void check(TokenSettings settings, KeyReader keys) {
        if (keys.isSet(RefreshEndpointReader.URL)) {
            RefreshEndpointChecks.check(settings, keys);
        } else {
            RefreshEndpointChecks.checkUnused(keys);
            checkEndpoint(settings.authorizationServer(), keys);
            ClientChecks.check(settings, keys);
        }
        GrantChecks.check(settings, keys);
        checkStore(settings, keys);
        TokenFileChecks.check(keys);
        checkMargins(settings, keys);
    }

    /** A provider may bring the token endpoint. */
    private static void checkEndpoint(TokenSettings.AuthorizationServerSettings server, KeyReader keys) {
        boolean issuer = keys.isSet("authorization-server.issuer");
        boolean tokenEndpoint = keys.isSet("authorization-server.token-endpoint");
        if (!issuer && !tokenEndpoint && server.tokenEndpoint() == null) {
            keys.reject(
                    "authorization-server.issuer",
                    "is missing: write the issuer's URL, or the token endpoint's in"
                            + " {}authorization-server.token-endpoint, or that of an endpoint without OAuth in"
                            + " {}refresh-endpoint.url");
        }
        if (issuer && tokenEndpoint) {
            keys.reject(
                    "authorization-server.token-endpoint",
                    "and {}authorization-server.issuer exclude each other: leave one out");
        }
        boolean tls = server.issuer() != null && "https".equals(server.issuer().getScheme());
        if (server.allowPlainHttpEndpoints() && !tls) {
            keys.reject(
                    "authorization-server.allow-plain-http-endpoints",
                    "is not used without an https {}authorization-server.issuer: leave it out");
        }
    }

    private static void checkStore(TokenSettings settings, KeyReader keys) {
        TokenSettings.Store store = settings.store();
        boolean file = keys.isSet("store.file");
        if (!file && keys.isSet("store.encryption-key-file")) {
            keys.reject(
                    "store.encryption-key-file", "is not used without {}store.file: leave it out or name that file");
        }
        if (store.acceptPlainText() && !keys.isSet("store.encryption-key-file")) {
            keys.reject(
                    "store.accept-plain-text",
                    "is not used without {}store.encryption-key-file: leave it out or name that file");
        }
        if (store.file() != null && store.file().equals(store.refreshTokenFile())) {
            keys.reject("store.file", "must not be {}store.refresh-token-file: the seed is only read");
        }
    }

    private static void checkMargins(TokenSettings settings, KeyReader keys) {
        RefreshPolicy refresh = settings.refresh();
        less(keys, "refresh.min-remaining", refresh.minRemaining(), "refresh.ahead", refresh.ahead());
        less(keys, "refresh.ahead", refresh.ahead(), "refresh.default-life", refresh.defaultLifetime());
        Duration timeout = settings.authorizationServer().timeout();
        less(keys, "http.max-wait", settings.http().maxWait(), "authorization-server.timeout", timeout);
        less(
                keys,
                "authorization-server.connect-timeout",
                settings.authorizationServer().connectTimeout(),
                "authorization-server.timeout",
                timeout);
        if (refresh.backOff().initial().compareTo(refresh.backOff().max()) > 0) {
            keys.reject("refresh.back-off-initial", "must not be more than {}refresh.back-off-max");
        }
    }

    private static void less(KeyReader keys, String key, Duration value, String otherKey, Duration other) {
        if (value.compareTo(other) >= 0) {
            keys.reject(
                    key,
                    "(" + value.toMillis() + " ms) must be less than {}" + otherKey + " (" + other.toMillis() + " ms)");
        }
    }
}
