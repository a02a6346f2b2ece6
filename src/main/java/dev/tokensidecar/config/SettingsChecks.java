package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.GrantType;
import java.time.Duration;

/** The rules that concern more than one key. */
final class SettingsChecks {

    private SettingsChecks() {}

    static void check(TokenSettings settings, KeyReader keys) {
        checkEndpoint(settings.authorizationServer(), keys);
        checkClient(settings.client(), keys);
        checkStore(settings, keys);
        checkMargins(settings, keys);
    }

    private static void checkEndpoint(TokenSettings.AuthorizationServer server, KeyReader keys) {
        if (server.issuer() == null && server.tokenEndpoint() == null) {
            keys.reject(
                    "authorization-server.issuer",
                    "is missing: write the issuer's URL, or the token endpoint's in"
                            + " {}authorization-server.token-endpoint");
        }
        if (server.issuer() != null && server.tokenEndpoint() != null) {
            keys.reject(
                    "authorization-server.token-endpoint",
                    "and {}authorization-server.issuer exclude each other: leave one out");
        }
    }

    private static void checkClient(TokenSettings.Client client, KeyReader keys) {
        if (client.id().isEmpty()) {
            keys.reject("client.id", "is missing: write the client identifier that the authorization server knows");
        }
        boolean isPublic = client.authenticationMethod() == AuthenticationMethod.NONE;
        if (!isPublic && client.secretFile() == null) {
            keys.reject(
                    "client.secret-file",
                    "is missing: name the file that holds the client secret, or set"
                            + " {}client.authentication-method=none for a public client");
        }
        if (isPublic && client.secretFile() != null) {
            keys.reject("client.secret-file", "is not used with {}client.authentication-method=none: leave one out");
        }
    }

    private static void checkStore(TokenSettings settings, KeyReader keys) {
        TokenSettings.Store store = settings.store();
        boolean configured = store.refreshTokenFile() != null || store.file() != null;
        if (settings.grant().type() == GrantType.REFRESH_TOKEN && !configured) {
            keys.reject(
                    "store.refresh-token-file",
                    "is missing: name the file that holds the refresh token, or set"
                            + " {}grant.type=client_credentials");
        }
        if (settings.grant().type() == GrantType.CLIENT_CREDENTIALS && configured) {
            keys.reject(
                    store.file() == null ? "store.refresh-token-file" : "store.file",
                    "is not used with {}grant.type=client_credentials: leave one out");
        }
        if (store.file() != null && store.file().equals(store.refreshTokenFile())) {
            keys.reject("store.file", "must not be {}store.refresh-token-file: the seed is only read");
        }
    }

    private static void checkMargins(TokenSettings settings, KeyReader keys) {
        TokenSettings.Refresh refresh = settings.refresh();
        less(keys, "refresh.min-remaining", refresh.minRemaining(), "refresh.ahead", refresh.ahead());
        less(keys, "refresh.ahead", refresh.ahead(), "refresh.default-life", refresh.defaultLife());
        Duration timeout = settings.authorizationServer().timeout();
        less(keys, "http.max-wait", settings.http().maxWait(), "authorization-server.timeout", timeout);
        less(
                keys,
                "authorization-server.connect-timeout",
                settings.authorizationServer().connectTimeout(),
                "authorization-server.timeout",
                timeout);
        if (refresh.backOffInitial().compareTo(refresh.backOffMax()) > 0) {
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
