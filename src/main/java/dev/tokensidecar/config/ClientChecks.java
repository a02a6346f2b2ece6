package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which keys a way of client authentication needs, and which it has no use for. */
final class ClientChecks {

    private static final String SECRET_FILE = "client.secret-file";
    private static final String KEY_FILE = "client.key-file";
    private static final String ASSERTION_FILE = "client.assertion-file";
    private static final String ALGORITHM = "client.signing-algorithm";
    private static final String AUDIENCE = "client.assertion-audience";

    private static final Set<AuthenticationMethod> SIGNED =
            EnumSet.of(AuthenticationMethod.CLIENT_SECRET_JWT, AuthenticationMethod.PRIVATE_KEY_JWT);

    private static final DependentKeys<AuthenticationMethod> KEYS =
            new DependentKeys<>("client.authentication-method", usedBy(), needed());

    private ClientChecks() {}

    private static Map<String, String> needed() {
        return Map.of(
                SECRET_FILE,
                "is missing: name the file that holds the client secret, or set"
                        + " {}client.authentication-method=none for a public client",
                KEY_FILE,
                "is missing: name the file that holds the private key of the client",
                ASSERTION_FILE,
                "is missing: name the file that holds the assertion");
    }

    private static Map<String, Set<AuthenticationMethod>> usedBy() {
        Map<String, Set<AuthenticationMethod>> usedBy = new LinkedHashMap<>();
        usedBy.put(
                SECRET_FILE,
                EnumSet.of(
                        AuthenticationMethod.CLIENT_SECRET_BASIC,
                        AuthenticationMethod.CLIENT_SECRET_POST,
                        AuthenticationMethod.CLIENT_SECRET_JWT));
        usedBy.put(KEY_FILE, EnumSet.of(AuthenticationMethod.PRIVATE_KEY_JWT));
        usedBy.put("client.key-id", EnumSet.of(AuthenticationMethod.PRIVATE_KEY_JWT));
        usedBy.put("client.certificate-file", EnumSet.of(AuthenticationMethod.PRIVATE_KEY_JWT));
        usedBy.put(ALGORITHM, SIGNED);
        usedBy.put(AUDIENCE, SIGNED);
        usedBy.put(ASSERTION_FILE, EnumSet.of(AuthenticationMethod.CLIENT_ASSERTION));
        return usedBy;
    }

    static void check(TokenSettings settings, KeyReader keys) {
        AuthenticationMethod method = settings.client().authenticationMethod();
        if (!keys.isSet("client.id") && method != AuthenticationMethod.CLIENT_ASSERTION) {
            keys.reject("client.id", "is missing: write the client identifier that the authorization server knows");
        }
        KEYS.check(method, keys);
        checkAssertion(settings.client().assertion(), method, keys);
        if (method.mutualTls()) {
            checkTls(
                    "authorization-server.issuer",
                    settings.authorizationServer().issuer(),
                    method,
                    keys);
            checkTls(
                    "authorization-server.token-endpoint",
                    settings.authorizationServer().tokenEndpoint(),
                    method,
                    keys);
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
                    ALGORITHM,
                    "= '" + algorithm + "' does not go with {}client.authentication-method="
                            + DependentKeys.name(method) + ": write one of " + others);
        }
        if (Assertion.ISSUER.equals(assertion.audience()) && !keys.isSet("authorization-server.issuer")) {
            keys.reject(
                    AUDIENCE,
                    "= 'issuer' needs {}authorization-server.issuer: write " + Assertion.TOKEN_ENDPOINT
                            + " or the audience itself");
        }
    }

    private static void checkTls(String key, @Nullable URI address, AuthenticationMethod method, KeyReader keys) {
        if (address != null && "http".equals(address.getScheme())) {
            keys.reject(
                    key,
                    "must begin with https with {}client.authentication-method=" + DependentKeys.name(method)
                            + ": a certificate is shown in TLS only");
        }
    }
}
