package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks which keys a client authentication method requires and which it does not use. */
final class ClientChecks {

    private static final Set<AuthenticationMethod> SIGNED =
            EnumSet.of(AuthenticationMethod.CLIENT_SECRET_JWT, AuthenticationMethod.PRIVATE_KEY_JWT);

    private static final DependentKeys<AuthenticationMethod> KEYS =
            new DependentKeys<>(ClientKeys.AUTHENTICATION_METHOD, usedBy(), needed());

    private ClientChecks() {}

    private static Map<Key<?>, String> needed() {
        return Map.of(
                ClientKeys.SECRET_FILE,
                "is missing: name the file that holds the client secret, or set" + " {}"
                        + ClientKeys.AUTHENTICATION_METHOD + "=none for a public client",
                ClientKeys.KEY_FILE,
                "is missing: name the file that holds the private key of the client",
                ClientKeys.ASSERTION_FILE,
                "is missing: name the file that holds the assertion");
    }

    private static Map<Key<?>, Set<AuthenticationMethod>> usedBy() {
        Map<Key<?>, Set<AuthenticationMethod>> usedBy = new LinkedHashMap<>();
        usedBy.put(
                ClientKeys.SECRET_FILE,
                EnumSet.of(
                        AuthenticationMethod.CLIENT_SECRET_BASIC,
                        AuthenticationMethod.CLIENT_SECRET_POST,
                        AuthenticationMethod.CLIENT_SECRET_JWT));
        usedBy.put(ClientKeys.BASIC_ENCODING, EnumSet.of(AuthenticationMethod.CLIENT_SECRET_BASIC));
        usedBy.put(ClientKeys.KEY_FILE, EnumSet.of(AuthenticationMethod.PRIVATE_KEY_JWT));
        usedBy.put(ClientKeys.KEY_ID, EnumSet.of(AuthenticationMethod.PRIVATE_KEY_JWT));
        usedBy.put(ClientKeys.CERTIFICATE_FILE, EnumSet.of(AuthenticationMethod.PRIVATE_KEY_JWT));
        usedBy.put(ClientKeys.SIGNING_ALGORITHM, SIGNED);
        usedBy.put(ClientKeys.ASSERTION_AUDIENCE, SIGNED);
        usedBy.put(ClientKeys.ASSERTION_FILE, EnumSet.of(AuthenticationMethod.CLIENT_ASSERTION));
        return usedBy;
    }

    static void check(TokenSettings settings, KeyReader keys) {
        AuthenticationMethod method = settings.client().authenticationMethod();
        if (!keys.isSet(ClientKeys.ID) && !isKnownWithoutId(settings)) {
            keys.reject(ClientKeys.ID, "is missing: write the client identifier that the authorization server knows");
        }
        KEYS.check(method, keys);
        checkPlainBasic(settings.client(), keys);
        checkAssertion(settings.client().assertion(), method, keys);
        if (method.mutualTls()) {
            checkTls(
                    AuthorizationServerKeys.ISSUER,
                    settings.authorizationServer().issuer(),
                    method,
                    keys);
            checkTls(
                    AuthorizationServerKeys.TOKEN_ENDPOINT,
                    settings.authorizationServer().tokenEndpoint(),
                    method,
                    keys);
        }
    }

    /** An assertion says who asks: that of the client, or that of the grant (RFC 7521 sections 4.2 and 4.1). */
    private static boolean isKnownWithoutId(TokenSettings settings) {
        return switch (settings.client().authenticationMethod()) {
            case CLIENT_ASSERTION -> true;
            case NONE -> settings.grant().type() == GrantType.JWT_BEARER && settings.exchange() == null;
            default -> false;
        };
    }

    /** RFC 7617 section 2: the first colon ends the id. */
    private static void checkPlainBasic(TokenSettings.Client client, KeyReader keys) {
        if (client.basicEncoding() == TokenSettings.BasicEncoding.NONE
                && client.id() != null
                && client.id().contains(":")) {
            keys.reject(ClientKeys.BASIC_ENCODING, "= 'none' does not go with a colon in {}" + ClientKeys.ID);
        }
    }

    private static void checkAssertion(Assertion assertion, AuthenticationMethod method, KeyReader keys) {
        SigningAlgorithm algorithm = assertion.signingAlgorithm();
        boolean symmetric = method == AuthenticationMethod.CLIENT_SECRET_JWT;
        if (algorithm != null && SIGNED.contains(method) && algorithm.isSymmetric() != symmetric) {
            String others = Stream.of(SigningAlgorithm.values())
                    .filter(each -> each.isSymmetric() == symmetric)
                    .map(SigningAlgorithm::name)
                    .collect(Collectors.joining(", "));
            keys.reject(
                    ClientKeys.SIGNING_ALGORITHM,
                    "= '" + algorithm + "' does not go with {}" + ClientKeys.AUTHENTICATION_METHOD + "="
                            + DependentKeys.name(method) + ": write one of " + others);
        }
        if (Assertion.ISSUER.equals(assertion.audience()) && !keys.isSet(AuthorizationServerKeys.ISSUER)) {
            keys.reject(
                    ClientKeys.ASSERTION_AUDIENCE,
                    "= 'issuer' needs {}" + AuthorizationServerKeys.ISSUER + ": write " + Assertion.TOKEN_ENDPOINT
                            + " or the audience itself");
        }
    }

    private static void checkTls(Key<URI> key, @Nullable URI address, AuthenticationMethod method, KeyReader keys) {
        if (address != null && "http".equals(address.getScheme())) {
            keys.reject(
                    key,
                    "must begin with https with {}" + ClientKeys.AUTHENTICATION_METHOD + "="
                            + DependentKeys.name(method) + ": a certificate is shown in TLS only");
        }
    }
}
