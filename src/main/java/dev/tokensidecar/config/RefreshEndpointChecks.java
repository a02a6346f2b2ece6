package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.List;

/** Checks which keys can be combined with an endpoint that does not speak OAuth. */
final class RefreshEndpointChecks {

    /** The keys for OAuth only, without the groups of the client and the grant. */
    private static final List<Key<?>> OAUTH_ONLY = List.of(
            TokenKeys.PROVIDER,
            AuthorizationServerKeys.ISSUER,
            AuthorizationServerKeys.TOKEN_ENDPOINT,
            AuthorizationServerKeys.DEVICE_AUTHORIZATION_ENDPOINT,
            AuthorizationServerKeys.ALLOW_PLAIN_HTTP_ENDPOINTS,
            AuthorizationServerKeys.DEAD_ERRORS,
            AuthorizationServerKeys.EXTRA_HEADERS,
            AuthorizationServerKeys.EXPIRES_AT_FIELD);

    private RefreshEndpointChecks() {}

    static void checkUnused(KeyReader keys) {
        keys.configuredKeys(RefreshEndpointKeys.GROUP)
                .forEach(key -> keys.reject(
                        key, "is not used without {}" + RefreshEndpointKeys.URL + ": leave it out or write that URL"));
    }

    static void check(TokenSettings settings, KeyReader keys) {
        OAUTH_ONLY.stream().filter(keys::isSet).forEach(key -> rejectUnused(key, keys));
        keys.configuredKeys(ClientKeys.GROUP).stream()
                .filter(key -> !key.equals(ClientKeys.SECRET_FILE))
                .forEach(key -> rejectUnused(key, keys));
        keys.configuredKeys(GrantKeys.GROUP).stream()
                .filter(key -> !key.equals(GrantKeys.TYPE))
                .forEach(key -> rejectUnused(key, keys));
        if (settings.grant().type() != GrantType.REFRESH_TOKEN) {
            keys.reject(GrantKeys.TYPE, "must be refresh_token with {}" + RefreshEndpointKeys.URL + ": leave one out");
        }
        if (settings.refreshEndpoint() != null) {
            checkClientSecret(
                    RefreshRequestChecks.hasClientSecret(
                            settings.refreshEndpoint().request()),
                    keys);
        }
    }

    private static void rejectUnused(Key<?> key, KeyReader keys) {
        keys.reject(key, "is not used with {}" + RefreshEndpointKeys.URL + ": leave one out");
    }

    private static void checkClientSecret(boolean used, KeyReader keys) {
        if (used && !keys.isSet(ClientKeys.SECRET_FILE)) {
            keys.reject(ClientKeys.SECRET_FILE, "is missing: name the file that holds what {client_secret} stands for");
        }
        if (!used && keys.isSet(ClientKeys.SECRET_FILE)) {
            keys.reject(
                    ClientKeys.SECRET_FILE,
                    "is not used without {client_secret} in {}" + RefreshEndpointKeys.HEADERS + " or {}"
                            + RefreshEndpointKeys.FIELDS + ": leave it out");
        }
    }
}
