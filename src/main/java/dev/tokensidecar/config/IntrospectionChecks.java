package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks the rules for introspection that concern more than one issuer, or an issuer and a token. */
final class IntrospectionChecks {

    private final Map<String, TokenSettings> tokens;
    private final Map<URI, String> names = new HashMap<>();
    private @Nullable String withServer;

    IntrospectionChecks(Map<String, TokenSettings> tokens) {
        this.tokens = tokens;
    }

    void check(Map<String, IntrospectionSettings> issuers, Map<String, KeyReader> readers) {
        issuers.forEach((name, settings) -> {
            KeyReader keys = Objects.requireNonNull(readers.get(name));
            String same = names.putIfAbsent(settings.issuer(), name);
            if (same != null) {
                keys.reject(
                        IntrospectionKeys.ISSUER,
                        "is the same as that of " + IntrospectionKeys.PREFIX + same + ": write both into one of them");
            }
            if (settings.method().usesServer()) {
                if (withServer != null) {
                    keys.reject(
                            IntrospectionKeys.METHOD,
                            "= '" + DependentKeys.name(settings.method()) + "' is that of " + IntrospectionKeys.PREFIX
                                    + withServer
                                    + " too, but an opaque token does not say whose it is: write jwt for one of them");
                }
                withServer = name;
                checkClient(settings, keys);
            }
        });
    }

    private void checkClient(IntrospectionSettings settings, KeyReader keys) {
        String client = settings.server().client();
        if (client == null) {
            return;
        }
        TokenSettings token = tokens.get(client);
        if (token == null
                || token.refreshEndpoint() != null
                || token.grant().type() == TokenSettings.GrantType.SELF_SIGNED) {
            keys.reject(
                    IntrospectionKeys.SERVER_CLIENT,
                    "names no token of an OAuth server: write one of " + String.join(", ", tokens.keySet())
                            + ", or configure it");
            return;
        }
        AuthenticationMethod method = token.client().authenticationMethod();
        if (method == AuthenticationMethod.NONE) {
            keys.reject(
                    IntrospectionKeys.SERVER_CLIENT,
                    "names a client that does not authenticate, which may not introspect (RFC 7662 section 2.1): name one"
                            + " with another client.authentication-method");
        }
        URI endpoint = settings.server().introspectionEndpoint();
        checkServer(settings.issuer(), token.authorizationServer().issuer(), endpoint, keys);
        if (method.mutualTls() && "http".equals(settings.askedServer().getScheme())) {
            keys.reject(
                    endpoint == null ? IntrospectionKeys.ISSUER : IntrospectionKeys.SERVER_ENDPOINT,
                    "must begin with https with " + SettingsReader.prefix(client) + ClientKeys.AUTHENTICATION_METHOD
                            + "=" + DependentKeys.name(method) + ": a certificate is shown in TLS only");
        }
    }

    /** One server must not get the credentials of the client at another, unless somebody says so. */
    private static void checkServer(URI asked, @Nullable URI ofClient, @Nullable URI endpoint, KeyReader keys) {
        if (endpoint == null && ofClient != null && !ofClient.equals(asked)) {
            keys.reject(
                    IntrospectionKeys.SERVER_CLIENT,
                    "names a client of " + ofClient + ", whose credentials another issuer would get: name a client of "
                            + asked + ", or set {}" + IntrospectionKeys.SERVER_ENDPOINT);
        }
    }
}
