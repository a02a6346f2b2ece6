package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;

/** Checks the rules that concern more than one key of one token. */
final class TokenChecks {

    private TokenChecks() {}

    static void check(TokenSettings settings, KeyReader keys) {
        Provider provider = keys.read(TokenKeys.PROVIDER);
        if (settings.grant().type() == GrantType.SELF_SIGNED) {
            AssertionChecks.checkNothingSent(keys);
        } else if (keys.isSet(RefreshEndpointKeys.URL) || provider.withoutOAuth()) {
            RefreshEndpointChecks.check(settings, provider, keys);
        } else {
            RefreshEndpointChecks.checkUnused(keys);
            checkEndpoint(settings.authorizationServer(), keys);
            ClientChecks.check(settings, keys);
            DpopChecks.check(settings, keys);
        }
        GrantChecks.check(settings, keys);
        AssertionChecks.check(settings, keys);
        StoreChecks.check(settings.store(), keys);
        TokenFileChecks.check(keys);
        FieldChecks.check(settings, keys);
        ExchangeChecks.check(settings, keys);
        keys.checkLimits();
    }

    /** Requires the issuer or the token endpoint, unless the provider presets the endpoint. */
    private static void checkEndpoint(TokenSettings.AuthorizationServerSettings server, KeyReader keys) {
        boolean issuer = keys.isSet(AuthorizationServerKeys.ISSUER);
        boolean tokenEndpoint = keys.isSet(AuthorizationServerKeys.TOKEN_ENDPOINT);
        if (!issuer && !tokenEndpoint && server.tokenEndpoint() == null) {
            keys.reject(
                    AuthorizationServerKeys.ISSUER,
                    "is missing: write the issuer's URL, or the token endpoint's in"
                            + " {}" + AuthorizationServerKeys.TOKEN_ENDPOINT
                            + ", or that of an endpoint without OAuth in"
                            + " {}" + RefreshEndpointKeys.URL);
        }
        if (issuer && tokenEndpoint) {
            keys.reject(
                    AuthorizationServerKeys.TOKEN_ENDPOINT,
                    "and {}" + AuthorizationServerKeys.ISSUER + " exclude each other: leave one out");
        }
        boolean tls = server.issuer() != null && "https".equals(server.issuer().getScheme());
        if (server.allowPlainHttpEndpoints() && !tls) {
            keys.reject(
                    AuthorizationServerKeys.ALLOW_PLAIN_HTTP_ENDPOINTS,
                    "is not used without an https {}" + AuthorizationServerKeys.ISSUER + ": leave it out");
        }
    }
}
