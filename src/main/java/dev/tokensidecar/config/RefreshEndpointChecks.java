package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Checks which keys can be combined with an endpoint that does not speak OAuth. */
final class RefreshEndpointChecks {

    private static final Set<GrantType> GRANTS = EnumSet.of(GrantType.REFRESH_TOKEN, GrantType.JWT_BEARER);

    /** The keys for OAuth only, without the groups of the client and the grant. */
    private static final List<Key<?>> OAUTH_ONLY = List.of(
            AuthorizationServerKeys.ISSUER,
            AuthorizationServerKeys.TOKEN_ENDPOINT,
            AuthorizationServerKeys.DEVICE_AUTHORIZATION_ENDPOINT,
            AuthorizationServerKeys.AUTHORIZATION_ENDPOINT,
            AuthorizationServerKeys.ALLOW_PLAIN_HTTP_ENDPOINTS,
            AuthorizationServerKeys.DEAD_ERRORS,
            AuthorizationServerKeys.EXTRA_HEADERS,
            AuthorizationServerKeys.EXPIRES_AT_FIELD,
            TokenKeys.FIELDS);

    private RefreshEndpointChecks() {}

    static void checkUnused(KeyReader keys) {
        keys.configuredKeys(RefreshEndpointKeys.GROUP)
                .forEach(key -> keys.reject(
                        key, "is not used without {}" + RefreshEndpointKeys.URL + ": leave it out or write that URL"));
    }

    static void check(TokenSettings settings, Provider provider, KeyReader keys) {
        if (!keys.isSet(RefreshEndpointKeys.URL)) {
            keys.reject(RefreshEndpointKeys.URL, "is missing: write the address of the endpoint that issues the token");
        }
        if (keys.isSet(TokenKeys.PROVIDER) && !provider.withoutOAuth()) {
            rejectUnused(TokenKeys.PROVIDER, keys);
        }
        OAUTH_ONLY.stream().filter(keys::isSet).forEach(key -> rejectUnused(key, keys));
        keys.configuredKeys(ClientKeys.GROUP).stream()
                .filter(key -> !key.equals(ClientKeys.SECRET_FILE))
                .forEach(key -> rejectUnused(key, keys));
        keys.configuredKeys(GrantKeys.GROUP).stream()
                .filter(key -> !isOfAssertion(key, settings))
                .forEach(key -> rejectUnused(key, keys));
        if (!GRANTS.contains(settings.grant().type())) {
            keys.reject(
                    GrantKeys.TYPE,
                    "must be refresh_token or jwt_bearer with {}" + RefreshEndpointKeys.URL + ": leave one out");
        }
        if (settings.grant().type() == GrantType.JWT_BEARER && keys.isSet(RefreshEndpointKeys.REFRESH_TOKEN)) {
            keys.reject(
                    RefreshEndpointKeys.REFRESH_TOKEN,
                    "is not used with {}" + GrantKeys.TYPE + "=jwt_bearer: leave it out");
        }
        if (settings.refreshEndpoint() != null) {
            checkClientSecret(
                    RefreshRequestChecks.hasClientSecret(
                            settings.refreshEndpoint().request()),
                    keys);
        }
    }

    /** Whether the key concerns the choice of the grant, or an assertion; {@link AssertionChecks} has the rest. */
    private static boolean isOfAssertion(Key<?> key, TokenSettings settings) {
        SignedAssertion assertion = settings.signedAssertion();
        return key.equals(GrantKeys.TYPE)
                || key.name().startsWith(AssertionKeys.GROUP)
                || (key.equals(GrantKeys.ASSERTION_FILE) && settings.grant().type() == GrantType.JWT_BEARER)
                || (key.equals(GrantKeys.SCOPE) && assertion != null && assertion.scopeClaim());
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
