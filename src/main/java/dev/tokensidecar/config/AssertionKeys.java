package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.DURATION;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.PAIRS;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.exactChoice;

import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Declares and reads the group {@code grant.assertion}. */
final class AssertionKeys {

    static final String GROUP = GrantKeys.GROUP + "assertion.";

    /**
     * The file with the private key that signs, read at each use; at most 16 KiB: PEM ({@code PRIVATE KEY},
     * {@code RSA PRIVATE KEY} or {@code EC PRIVATE KEY}, not encrypted) or one private JWK. RSA of 2048 bits or more,
     * EC on P-256, P-384 or P-521, or Ed25519. {@code key-id} and {@code signing-algorithm} override {@code kid} and
     * {@code alg} of a JWK.
     *
     * <p>Default: this or {@code service-account-file} is required with {@code self_signed}; with {@code jwt_bearer} one
     * of these two or {@code grant.assertion-file}
     *
     * <p>When wrong: {@code is missing}, {@code exclude each other}, {@code is not used with} another grant; at run time
     * {@code assertion_key_unreadable}
     *
     * <p>Source: RFC 7468, RFC 7517; RFC 7518 section 3.3 for the size
     *
     * <p>Change it when the key is mounted elsewhere. A new key in the same file needs no change and no restart;
     * register it first, because the sidecar uses only one key.
     */
    static final OptionalKey<Path> KEY_FILE = key("grant.assertion.key-file", ValueFormats.SECRET_FILE);

    /**
     * The key file of a Google service account as Google writes it: JSON with {@code client_email}, {@code private_key} and
     * {@code private_key_id}, read at each use; at most 16 KiB. It takes the place of {@code key-file}, {@code key-id},
     * {@code signing-algorithm} and {@code issuer}. The sidecar ignores its {@code token_uri}: the configuration alone says
     * where the assertion goes.
     *
     * <p>Default: see {@code key-file}
     *
     * <p>When wrong: {@code is missing}, {@code exclude each other}, {@code is not used with} another grant; at run time
     * {@code service_account_unreadable}
     *
     * <p>Source: Google, "Create and delete service account keys"
     *
     * <p>Change it when the file is mounted elsewhere. A new key in the same file needs no restart.
     */
    static final OptionalKey<Path> SERVICE_ACCOUNT_FILE =
            key("grant.assertion.service-account-file", ValueFormats.SECRET_FILE);

    /**
     * The server's name for the key ({@code kid} in the header).
     *
     * <p>Default: the {@code kid} of a JWK, or no {@code kid} at all
     *
     * <p>When wrong: {@code is not used with} {@code service-account-file}; the server answers {@code invalid_grant}
     *
     * <p>Source: RFC 7515 section 4.1.4
     *
     * <p>Change it when the server knows several keys of this issuer.
     */
    static final OptionalKey<String> KEY_ID = key("grant.assertion.key-id", TEXT);

    /**
     * The signature algorithm.
     *
     * <p>Type: not the first three, which need a secret
     *
     * <p>Default: the {@code alg} of a JWK, else {@code RS256} for RSA, {@code ES256}, {@code ES384} or {@code ES512} by
     * the curve, {@code EdDSA} for Ed25519
     *
     * <p>When wrong: {@code does not go with} a private key, {@code is not used with} {@code service-account-file}; at run
     * time {@code assertion_key_unreadable} for a key that does not support it
     *
     * <p>Source: RFC 7518 section 3.1, RFC 8037 section 3.1
     *
     * <p>Change it to what the server demands.
     */
    static final OptionalKey<SigningAlgorithm> SIGNING_ALGORITHM =
            key("grant.assertion.signing-algorithm", exactChoice(SigningAlgorithm.class));

    /**
     * The issuer ({@code iss}). {@code {public_key_sha256}} in it stands for the SHA-256 of the public key in Base64, which
     * Snowflake wants there; this needs an RSA key.
     *
     * <p>Default: {@code client.id}; with {@code service-account-file} its {@code client_email}
     *
     * <p>When wrong: {@code is missing} if there is no {@code client.id} either,
     * {@code has a placeholder that is not known}, {@code is not used with} {@code service-account-file}; the server answers
     * {@code invalid_grant}
     *
     * <p>Source: RFC 7523 section 3
     *
     * <p>Change it to the name under which the server knows the key.
     */
    static final OptionalKey<String> ISSUER = key("grant.assertion.issuer", TEXT);

    /**
     * The subject ({@code sub}): the user or account that the access token is for.
     *
     * <p>Default: required with {@code jwt_bearer} and {@code key-file}, except with {@code refresh-endpoint.url}; with
     * {@code self_signed} and {@code service-account-file} its {@code client_email}; else no {@code sub}
     *
     * <p>When wrong: {@code is missing}; the server answers {@code invalid_grant}
     *
     * <p>Source: RFC 7523 section 3
     *
     * <p>Change it to the user that the client acts for.
     */
    static final OptionalKey<String> SUBJECT = key("grant.assertion.subject", TEXT);

    /**
     * The audience ({@code aud}).
     *
     * <p>Default: with {@code jwt_bearer}, {@code authorization-server.issuer} if it is set, else the address of the token
     * endpoint; with {@code self_signed} and with {@code refresh-endpoint.url} no {@code aud}
     *
     * <p>When wrong: the server answers {@code invalid_grant}
     *
     * <p>Source: RFC 7523 section 3
     *
     * <p>Change it when the documentation of the server asks for another audience.
     */
    static final OptionalKey<String> AUDIENCE = key("grant.assertion.audience", TEXT);

    /**
     * Whether {@code grant.scope} is a claim of the assertion ({@code scope}), and not a parameter of the request. With
     * {@code self_signed} it is a claim in any case.
     *
     * <p>When wrong: {@code is not used with} {@code self_signed}; the server answers {@code invalid_scope}
     *
     * <p>Source: not in RFC 7523; Google and DocuSign want it there
     *
     * <p>Change it when the documentation of the server lists {@code scope} among the claims.
     */
    static final DefaultedKey<Boolean> SCOPE_CLAIM =
            key("grant.assertion.scope-claim", FLAG).defaultsTo("false");

    /**
     * Further claims, {@code name=value,name=value}. All values are texts. A value cannot contain a comma. Do not put secrets
     * here: everybody who sees the assertion can read them.
     *
     * <p>When wrong: {@code must not name …} for the claims that the sidecar sets itself
     *
     * <p>Source: RFC 7523 section 3: an assertion may contain other claims
     *
     * <p>Change it when the server has claims of its own.
     */
    static final DefaultedKey<Map<String, String>> CLAIMS =
            key("grant.assertion.claims", PAIRS).emptyByDefault();

    /**
     * The time until the assertion expires ({@code exp}). With {@code self_signed} this is the lifetime of the access token.
     *
     * <p>Type: from {@code 10s} to {@code 1h}
     *
     * <p>When wrong: {@code must be between 10s and 1h}; the server answers {@code invalid_grant}
     *
     * <p>Source: RFC 7523 section 3: a server may reject an {@code exp} far in the future. The limits of servers range from
     * 60 seconds to one hour
     *
     * <p>Change it when the clocks differ by more than some seconds, or with {@code self_signed} to what the API allows.
     */
    static final DefaultedKey<Duration> LIFETIME =
            key("grant.assertion.lifetime", POSITIVE_DURATION).defaultsTo("60s");

    /**
     * How far {@code iat} lies in the past. {@code lifetime} counts from now all the same.
     *
     * <p>Type: at most {@code 10m}
     *
     * <p>When wrong: {@code must be at most 10m}
     *
     * <p>Source: RFC 7519 section 4.1.6
     *
     * <p>Change it when the clock of the server is behind, and it rejects an {@code iat} in the future.
     */
    static final DefaultedKey<Duration> CLOCK_SKEW =
            key("grant.assertion.clock-skew", DURATION).defaultsTo("0s");

    private AssertionKeys() {}

    /** Returns null if the sidecar signs nothing. */
    static @Nullable SignedAssertion read(KeyReader keys) {
        SignedAssertion assertion = new SignedAssertion(
                keys.read(KEY_FILE),
                keys.read(SERVICE_ACCOUNT_FILE),
                keys.read(KEY_ID),
                keys.read(SIGNING_ALGORITHM),
                keys.read(ISSUER),
                keys.read(SUBJECT),
                keys.read(AUDIENCE),
                keys.read(SCOPE_CLAIM),
                keys.read(CLAIMS),
                keys.read(LIFETIME),
                keys.read(CLOCK_SKEW));
        return assertion.keyFile() == null && assertion.serviceAccountFile() == null ? null : assertion;
    }
}
