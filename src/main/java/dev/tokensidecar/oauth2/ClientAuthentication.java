package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.CertificateFile;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.oauth2.keys.SigningKey;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the client authenticates at the token endpoint (RFC 6749 section 2.3). */
public sealed interface ClientAuthentication {

    /**
     * Reads the secret or key and makes the authentication parameters, each for one request. May block.
     *
     * @param tokenEndpoint the endpoint to authenticate at
     * @return the alternatives, to be tried in order until the server accepts one: two while a secret is rotated,
     *     otherwise one
     * @throws RefreshFailure.Misconfigured if the secret or key cannot be read
     */
    List<ClientAuthenticationParameters> candidates(URI tokenEndpoint);

    /**
     * Client id and secret as HTTP Basic credentials.
     *
     * @param formEncoded whether both are form-encoded first, as RFC 6749 section 2.3.1 demands
     */
    record ClientSecretBasic(String clientId, SecretSource secret, boolean formEncoded)
            implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            return secret.read().stream().map(this::parameters).toList();
        }

        private ClientAuthenticationParameters parameters(Secret current) {
            String plain = clientId + ":" + current.reveal();
            String encoded = encoded(clientId) + ":" + encoded(current.reveal());
            byte[] pair = (formEncoded ? encoded : plain).getBytes(StandardCharsets.UTF_8);
            String credentials = Base64.getEncoder().encodeToString(pair);
            return new ClientAuthenticationParameters(
                    Secret.of("Basic " + credentials),
                    Map.of(),
                    List.of(current, Secret.of(credentials)),
                    current,
                    plain.equals(encoded) ? "" : hint());
        }

        private String hint() {
            return "; client id or secret has characters that servers expect either form-encoded or as they are: if both"
                    + " are right, set client.basic-encoding=" + (formEncoded ? "none" : "form");
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    /** Client id and secret in the body (RFC 6749 section 2.3.1), for servers without HTTP Basic. */
    record ClientSecretPost(String clientId, SecretSource secret) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            return secret.read().stream().map(this::parameters).toList();
        }

        private ClientAuthenticationParameters parameters(Secret current) {
            return new ClientAuthenticationParameters(
                    null,
                    Map.of("client_id", Secret.of(clientId), "client_secret", current),
                    List.of(current),
                    current);
        }
    }

    /**
     * An assertion signed with the client secret (OpenID Connect Core section 9, {@code client_secret_jwt}).
     *
     * @param algorithm an HMAC algorithm
     */
    record ClientSecretJwt(SecretSource secret, SigningAlgorithm algorithm, ClientAssertion assertion)
            implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            return secret.read().stream()
                    .map(current -> assertion.authenticate(SigningKey.of(current, algorithm), tokenEndpoint))
                    .toList();
        }
    }

    /**
     * An assertion signed with a private key (OpenID Connect Core section 9, {@code private_key_jwt}).
     *
     * @param algorithm the signature algorithm; null for the one that the key names, or else the default for its type
     * @param keyId the {@code kid} under which the server knows the key; null for the one that the key names, if any
     * @param certificate the certificate by which the server knows the key; null for none
     */
    record PrivateKeyJwt(
            PrivateKeyFile key,
            @Nullable SigningAlgorithm algorithm,
            @Nullable String keyId,
            @Nullable CertificateFile certificate,
            ClientAssertion assertion)
            implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            SigningKey loaded = key.read(algorithm);
            SigningKey signingKey = new SigningKey(
                    loaded.key(),
                    loaded.algorithm(),
                    keyId == null ? loaded.keyId() : keyId,
                    certificate == null ? null : certificate.thumbprint());
            return List.of(assertion.authenticate(signingKey, tokenEndpoint));
        }
    }

    /**
     * An assertion that another party issues and renews, for example a Kubernetes service account token (RFC 7521
     * section 4.2).
     *
     * @param clientId null if the server identifies the client by the subject of the assertion
     */
    record IssuedAssertion(@Nullable String clientId, SecretSource assertion) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            return assertion.read().stream()
                    .map(current -> ClientAuthenticationParameters.assertion(clientId, current, current))
                    .toList();
        }
    }

    /**
     * The client id alone, for a public client (RFC 6749 section 3.2.1) and for one that presents a certificate in the
     * TLS handshake (RFC 8705 section 2).
     */
    record ClientIdOnly(String clientId) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            Secret id = Secret.of(clientId);
            return List.of(new ClientAuthenticationParameters(null, Map.of("client_id", id), List.of(), id));
        }
    }

    /** Nothing: the assertion of the grant says who asks (RFC 7521 section 4.1). */
    record Unauthenticated() implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> candidates(URI tokenEndpoint) {
            return List.of(new ClientAuthenticationParameters(null, Map.of(), List.of(), Secret.of("none")));
        }
    }
}
