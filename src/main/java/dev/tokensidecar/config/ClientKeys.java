package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.choice;
import static dev.tokensidecar.config.ValueType.exactChoice;

import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.BasicEncoding;
import dev.tokensidecar.config.TokenSettings.Client;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.nio.file.Path;

/** Declares and reads the group {@code client}. */
final class ClientKeys {

    static final String GROUP = "client.";

    /**
     * The client identifier.
     *
     * <p>Default: required unless {@code authentication-method} is {@code client_assertion}, or {@code none} with the
     * grant {@code jwt_bearer}, or {@code refresh-endpoint.url} is set
     *
     * <p>When wrong: {@code is missing}
     *
     * <p>Source: RFC 6749 section 2.2; RFC 7521 sections 4.1 and 4.2 for the exceptions
     *
     * <p>Change it when the registration at the server changes.
     */
    static final OptionalKey<String> ID = key("client.id", TEXT);

    /**
     * The file with the client secret, read at each use; at most 16 KiB. During a rotation, a second line may hold the
     * old secret. The sidecar sends the new secret first. It sends the old one only if client authentication failed,
     * which does not use up a refresh token. Line ends are not part of a secret.
     *
     * <p>Default: required with {@code client_secret_basic}, {@code client_secret_post} and {@code client_secret_jwt},
     * and if a request to {@code refresh-endpoint.url} uses it
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} another method; at run time
     * {@code client_secret_unreadable}
     *
     * <p>Source: RFC 6749 section 2.3.1; RFC 7518 section 3.2: a secret that signs needs at least 32 bytes (48 for
     * HS384, 64 for HS512)
     *
     * <p>Change it when the secret is mounted elsewhere. A new secret in the same file needs no change and no restart.
     */
    static final OptionalKey<Path> SECRET_FILE = key("client.secret-file", ValueFormats.SECRET_FILE);

    /**
     * The client authentication method. The sidecar uses this method only and never finds out by trial: a server may
     * count failures.
     *
     * <p>{@code client_assertion} is not a registered name, because none exists for this method. It is the name of the
     * parameter that carries the assertion (RFC 7521 section 4.2).
     *
     * <p>With a certificate, the sidecar uses the token endpoint among the {@code mtls_endpoint_aliases} of the
     * metadata, if the metadata has one (RFC 8705 section 5).
     *
     * <p>An assertion that the sidecar signs is for one request: it has its own {@code jti} and expires after 60
     * seconds. The pod's clock may differ from the server's clock by no more than the server allows.
     *
     * <p>When wrong: {@code needs a client certificate}, and {@code must begin with https} for an {@code issuer} or
     * {@code token-endpoint} without TLS, with the two {@code tls} methods; the server answers a wrong method with
     * {@code invalid_client}
     *
     * <p>Source: RFC 7591 section 2, RFC 6749 section 2.3, OpenID Connect Core 1.0 section 9, RFC 7523 section 2.2,
     * RFC 8705 section 2
     *
     * <p>Change it to the method that the client is registered with at the server.
     */
    static final DefaultedKey<AuthenticationMethod> AUTHENTICATION_METHOD = key(
                    "client.authentication-method", choice(AuthenticationMethod.class))
            .defaultsTo("client_secret_basic");

    /**
     * How client id and secret are encoded in HTTP Basic: {@code form}, or {@code none} for a server that takes them as they
     * are. It matters only if one of them has a character other than a letter, a digit, {@code -}, {@code .}, {@code _} and
     * {@code *}.
     *
     * <p>When wrong: {@code is not used with} any method but {@code client_secret_basic}; the server answers
     * {@code invalid_client}, and the log says which other value to try
     *
     * <p>Source: RFC 6749 section 2.3.1, which many servers ignore
     *
     * <p>Change it when client authentication fails with a secret that is right.
     */
    static final DefaultedKey<BasicEncoding> BASIC_ENCODING =
            key("client.basic-encoding", choice(BasicEncoding.class)).defaultsTo("form");

    /**
     * The file with the private key that signs, read at each use; at most 16 KiB: PEM ({@code PRIVATE KEY},
     * {@code RSA PRIVATE KEY} or {@code EC PRIVATE KEY}, not encrypted) or one private JWK. RSA of 2048 bits or more,
     * EC on P-256, P-384 or P-521, or Ed25519. {@code key-id} and {@code signing-algorithm} override {@code kid} and
     * {@code alg} of a JWK.
     *
     * <p>Default: required with {@code private_key_jwt}
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} another method; at run time
     * {@code client_key_unreadable}
     *
     * <p>Source: RFC 7468, RFC 7517; RFC 7518 section 3.3 for the size
     *
     * <p>Change it when the key is mounted elsewhere. A new key in the same file needs no change and no restart;
     * register it first, because the sidecar uses only one key.
     */
    static final OptionalKey<Path> KEY_FILE = key("client.key-file", ValueFormats.SECRET_FILE);

    /**
     * The server's name for the key, for servers that know several keys of this client. The sidecar sends it as
     * {@code kid} in the header of the assertion.
     *
     * <p>Default: the {@code kid} of a JWK, or no {@code kid} at all
     *
     * <p>When wrong: {@code is not used with} any method but {@code private_key_jwt}; the server answers
     * {@code invalid_client}
     *
     * <p>Source: RFC 7515 section 4.1.4
     *
     * <p>Change it when the server rejects assertions without a {@code kid}, and together with a PEM key that the
     * server knows under another {@code kid}.
     */
    static final OptionalKey<String> KEY_ID = key("client.key-id", TEXT);

    /**
     * The PEM file with the certificate of the key, read at each use. The sidecar sends its SHA-256 thumbprint as
     * {@code x5t#S256} in the header of the assertion, not the certificate itself.
     *
     * <p>Default: then the sidecar sends no {@code x5t#S256}
     *
     * <p>When wrong: {@code is not used with} any method but {@code private_key_jwt}; at run time
     * {@code client_certificate_unreadable}
     *
     * <p>Source: RFC 7515 section 4.1.8
     *
     * <p>Change it when the server finds the key by its certificate, as Entra ID does.
     */
    static final OptionalKey<Path> CERTIFICATE_FILE = key("client.certificate-file", ValueFormats.FILE);

    /**
     * The signature algorithm of assertions.
     *
     * <p>Type: the first three with {@code client_secret_jwt}, the others with {@code private_key_jwt}
     *
     * <p>Default: {@code HS256} for a secret, the {@code alg} of a JWK, else {@code RS256} for RSA, {@code ES256},
     * {@code ES384} or {@code ES512} by the curve, {@code EdDSA} for Ed25519
     *
     * <p>When wrong: {@code does not go with}, {@code is not used with} another method; at run time
     * {@code client_key_unreadable} for a key that does not support it
     *
     * <p>Source: RFC 7518 section 3.1, RFC 8037 section 3.1
     *
     * <p>Change it to what the server demands ({@code token_endpoint_auth_signing_alg_values_supported} of its
     * metadata).
     */
    static final OptionalKey<SigningAlgorithm> SIGNING_ALGORITHM =
            key("client.signing-algorithm", exactChoice(SigningAlgorithm.class));

    /**
     * The audience of an assertion ({@code aud}): {@code issuer}, {@code token_endpoint} for its address, or any other
     * text as it is.
     *
     * <p>Default: the issuer if {@code authorization-server.issuer} is set, else the address of the token endpoint
     *
     * <p>When wrong: {@code = 'issuer' needs} the key {@code authorization-server.issuer}, {@code is not used with} any
     * method but {@code client_secret_jwt} and {@code private_key_jwt}; the server answers {@code invalid_client}
     *
     * <p>Source: RFC 7523 section 3; OpenID Connect Core 1.0 section 9 names the token endpoint. The issuer is safer,
     * because no other server accepts an assertion for it
     *
     * <p>Change it when the documentation of the server asks for another audience.
     */
    static final OptionalKey<String> ASSERTION_AUDIENCE = key("client.assertion-audience", TEXT);

    /**
     * The file with an assertion that another issuer creates and renews, read at each use; at most 16 KiB. Like a
     * secret file it may have a second line with an older assertion.
     *
     * <p>Default: required with {@code client_assertion}
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} another method; at run time
     * {@code client_assertion_unreadable}
     *
     * <p>Source: RFC 7521 section 4.2, RFC 7523 section 2.2
     *
     * <p>Change it when the token is mounted elsewhere.
     */
    static final OptionalKey<Path> ASSERTION_FILE = key("client.assertion-file", ValueFormats.SECRET_FILE);

    private ClientKeys() {}

    static Client read(KeyReader keys) {
        return new Client(
                keys.read(ID),
                keys.read(SECRET_FILE),
                keys.read(AUTHENTICATION_METHOD),
                keys.read(BASIC_ENCODING),
                new Assertion(
                        keys.read(KEY_FILE),
                        keys.read(KEY_ID),
                        keys.read(CERTIFICATE_FILE),
                        keys.read(SIGNING_ALGORITHM),
                        keys.read(ASSERTION_AUDIENCE),
                        keys.read(ASSERTION_FILE)),
                ClientDpopKeys.read(keys));
    }
}
