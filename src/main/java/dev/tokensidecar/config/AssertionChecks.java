package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import dev.tokensidecar.oauth2.JwtSigner;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the keys of JWTs that the sidecar signs: assertions of a grant, and access tokens. */
final class AssertionChecks {

    private static final Set<String> OWN_CLAIMS = Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope");

    private static final Pattern UNKNOWN_PLACEHOLDER = Pattern.compile("\\{(?!public_key_sha256})[A-Za-z0-9_-]+}");

    private static final Duration MIN_LIFETIME = Duration.ofSeconds(10);
    private static final Duration MAX_LIFETIME = Duration.ofHours(1);
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(10);

    private static final String EXCLUDE = " exclude each other: leave one out";

    /** What the file of a service account contains. */
    private static final List<Key<?>> IN_SERVICE_ACCOUNT =
            List.of(AssertionKeys.KEY_ID, AssertionKeys.SIGNING_ALGORITHM, AssertionKeys.ISSUER);

    /** The groups and keys of requests, which a grant without a request does not use. */
    private static final List<String> OF_REQUESTS = List.of(
            "authorization-server.",
            RefreshEndpointKeys.GROUP,
            ClientKeys.GROUP,
            GrantKeys.AUDIENCE.name(),
            GrantKeys.RESOURCE.name(),
            GrantKeys.EXTRA_PARAMETERS.name(),
            AssertionKeys.SCOPE_CLAIM.name(),
            "store.");

    private AssertionChecks() {}

    static void check(TokenSettings settings, KeyReader keys) {
        GrantType type = settings.grant().type();
        if (!type.presentsJwt()) {
            rejectGroup(
                    "is not used with {}" + GrantKeys.TYPE + "=" + DependentKeys.name(type)
                            + ": leave it out or set jwt_bearer or self_signed",
                    keys);
        } else if (settings.exchange() != null) {
            rejectGroup("is not used with {}" + GrantKeys.SUBJECT + "=request: leave it out", keys);
        } else {
            checkSource(settings, keys);
            if (settings.signedAssertion() != null) {
                checkSigner(settings, settings.signedAssertion(), keys);
                checkClaims(settings.signedAssertion(), keys);
            }
        }
    }

    private static void rejectGroup(String problem, KeyReader keys) {
        keys.configuredKeys(AssertionKeys.GROUP).forEach(key -> keys.reject(key, problem));
    }

    /** A grant that sends nothing uses no key of a request. */
    static void checkNothingSent(KeyReader keys) {
        OF_REQUESTS.stream()
                .flatMap(start -> keys.configuredKeys(start).stream())
                .filter(key -> !key.equals(AuthorizationServerKeys.TIMEOUT) && !GrantChecks.dependsOnGrant(key))
                .forEach(key -> keys.reject(
                        key,
                        "is not used with {}" + GrantKeys.TYPE + "=self_signed, which sends nothing: leave it out"));
    }

    private static void checkSource(TokenSettings settings, KeyReader keys) {
        boolean issued = keys.isSet(GrantKeys.ASSERTION_FILE);
        boolean key = keys.isSet(AssertionKeys.KEY_FILE);
        boolean account = keys.isSet(AssertionKeys.SERVICE_ACCOUNT_FILE);
        if (key && account) {
            keys.reject(AssertionKeys.SERVICE_ACCOUNT_FILE, "and {}" + AssertionKeys.KEY_FILE + EXCLUDE);
        }
        if (settings.grant().type() == GrantType.SELF_SIGNED) {
            if (!key && !account) {
                keys.reject(
                        AssertionKeys.KEY_FILE,
                        "is missing: name the file that holds the private key that signs the token");
            }
        } else if (issued) {
            keys.configuredKeys(AssertionKeys.GROUP)
                    .forEach(other -> keys.reject(other, "and {}" + GrantKeys.ASSERTION_FILE + EXCLUDE));
        } else if (!key && !account) {
            keys.reject(
                    GrantKeys.ASSERTION_FILE,
                    "is missing: name the file that holds the assertion, or in {}" + AssertionKeys.KEY_FILE
                            + " the one with the private key that signs it");
        }
    }

    private static void checkSigner(TokenSettings settings, SignedAssertion assertion, KeyReader keys) {
        if (keys.isSet(AssertionKeys.SERVICE_ACCOUNT_FILE)) {
            IN_SERVICE_ACCOUNT.stream()
                    .filter(keys::isSet)
                    .forEach(key -> keys.reject(
                            key,
                            "is not used with {}" + AssertionKeys.SERVICE_ACCOUNT_FILE
                                    + ", which has its own: leave it out"));
            return;
        }
        if (assertion.issuer() == null && settings.client().id() == null) {
            keys.reject(
                    AssertionKeys.ISSUER, "is missing: write the name under which the server knows the key that signs");
        }
        if (assertion.subject() == null
                && settings.grant().type() == GrantType.JWT_BEARER
                && settings.refreshEndpoint() == null
                && !keys.read(TokenKeys.PROVIDER).withoutOAuth()) {
            keys.reject(AssertionKeys.SUBJECT, "is missing: write the user or account that the access token is for");
        }
        if (assertion.issuer() != null
                && UNKNOWN_PLACEHOLDER.matcher(assertion.issuer()).find()) {
            keys.reject(
                    AssertionKeys.ISSUER,
                    "has a placeholder that is not known: write " + JwtSigner.PUBLIC_KEY_SHA256 + " or none");
        }
        SigningAlgorithm algorithm = assertion.signingAlgorithm();
        if (algorithm != null && algorithm.isSymmetric()) {
            keys.reject(
                    AssertionKeys.SIGNING_ALGORITHM,
                    "= '" + algorithm + "' does not go with a private key: write one of "
                            + Stream.of(SigningAlgorithm.values())
                                    .filter(each -> !each.isSymmetric())
                                    .map(SigningAlgorithm::name)
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static void checkClaims(SignedAssertion assertion, KeyReader keys) {
        assertion.claims().keySet().stream()
                .filter(OWN_CLAIMS::contains)
                .forEach(name -> keys.reject(
                        AssertionKeys.CLAIMS, "must not name " + name + ": the sidecar sets that claim itself"));
        Duration lifetime = assertion.lifetime();
        if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
            keys.reject(AssertionKeys.LIFETIME, "must be between 10s and 1h: no server accepts much more");
        }
        if (assertion.clockSkew().compareTo(MAX_CLOCK_SKEW) > 0) {
            keys.reject(AssertionKeys.CLOCK_SKEW, "must be at most 10m: set the clock of this host");
        }
    }
}
