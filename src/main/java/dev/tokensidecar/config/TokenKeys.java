package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.LIST;
import static dev.tokensidecar.config.ValueType.choice;

import dev.tokensidecar.config.TokenSettings.AuthorizationServerSettings;
import dev.tokensidecar.config.TokenSettings.Client;
import dev.tokensidecar.config.TokenSettings.Exchange;
import dev.tokensidecar.config.TokenSettings.GrantSettings;
import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import dev.tokensidecar.oauth2.RefreshEndpoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one token, and declares the keys that belong to no group. */
final class TokenKeys {

    /**
     * The vendor of the authorization server. This presets some of the keys below; you can still set each of them. If
     * you set {@code authorization-server.issuer} or {@code authorization-server.token-endpoint}, the sidecar uses no
     * endpoint of the provider. Whatever the value, the sidecar understands the peculiar responses of all providers
     * (errors with status 200, their own error codes, texts instead of numbers).
     *
     * <p>When wrong: {@code is not used with} {@code refresh-endpoint.url}, except for {@code github_app}
     *
     * <p>Source: the pages of the providers that the table names, and experiments
     *
     * <p>Change it when the table has your provider. <a href="#keycloak">Examples</a> are above.
     */
    static final DefaultedKey<Provider> PROVIDER =
            key("provider", choice(Provider.class)).defaultsTo("generic");

    /**
     * Fields of the token response that the sidecar keeps besides the access token, such as {@code id_token} or
     * {@code instance_url}. An application gets one with {@code GET /token?field=id_token}. They last as long as the access
     * token: a response without a field ends it, and a field that is a JWT and expires first ends the access token too. A
     * value that is no text is kept as its JSON text.
     *
     * <p>When wrong: {@code names a field that the response always has, or that cannot be one}; at run time
     * {@code configuration} if the authorization server does not send the field
     *
     * <p>Source: RFC 6749 section 5.1 allows further fields; OpenID Connect Core 1.0 section 3.1.3.3; Salesforce
     *
     * <p>Change it when software needs an ID token, or the address that comes with the token. Any caller that gets the token
     * can get these fields as well.
     */
    static final DefaultedKey<List<String>> FIELDS = key("fields", LIST).emptyByDefault();

    private TokenKeys() {}

    static TokenSettings read(KeyReader keys) {
        keys.usePresets(presets(keys));
        List<String> fields = keys.read(FIELDS);
        AuthorizationServerSettings server = AuthorizationServerKeys.read(keys);
        RefreshEndpoint refreshEndpoint = RefreshEndpointKeys.read(keys);
        Client client = ClientKeys.read(keys);
        GrantSettings grant = GrantKeys.read(keys);
        @Nullable Exchange exchange = ExchangeKeys.read(keys);
        @Nullable SignedAssertion assertion = AssertionKeys.read(keys);
        return new TokenSettings(
                server,
                refreshEndpoint,
                client,
                grant,
                RefreshKeys.read(keys, server.timeout()),
                StoreKeys.read(keys, grant.type()),
                HttpKeys.read(keys),
                TokenFileKeys.read(keys),
                fields,
                exchange,
                assertion);
    }

    /** An operator who sets an issuer or a token endpoint does not mean the vendor's own server. */
    private static Map<String, String> presets(KeyReader keys) {
        Provider provider = keys.read(PROVIDER);
        return keys.isSet(AuthorizationServerKeys.ISSUER) || keys.isSet(AuthorizationServerKeys.TOKEN_ENDPOINT)
                ? provider.presetsForAnotherServer()
                : provider.presets();
    }
}
