package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How this client shows the token endpoint who it is (RFC 6749 section 2.3). */
public sealed interface ClientAuthentication {

    /**
     * Makes proofs from the secret or key as it is now, each for one request. May block.
     *
     * @param tokenEndpoint where they will be shown
     * @return the proofs to show one after the other until one is accepted: one, or two while a secret is rotated
     * @throws RefreshFailure.Misconfigured if the secret or key cannot be read
     */
    List<ClientAuthenticationParameters> proofs(URI tokenEndpoint);

    /** Client id and secret as HTTP Basic credentials, both form-encoded first (RFC 6749 section 2.3.1). */
    record ClientSecretBasic(String clientId, SecretSource secret) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> proofs(URI tokenEndpoint) {
            return secret.read().stream().map(this::proof).toList();
        }

        private ClientAuthenticationParameters proof(Secret current) {
            String pair = encoded(clientId) + ":" + encoded(current.reveal());
            String credentials = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return new ClientAuthenticationParameters(
                    Secret.of("Basic " + credentials), Map.of(), List.of(current, Secret.of(credentials)), current);
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    /** Client id and secret in the body (RFC 6749 section 2.3.1), for servers that cannot do Basic. */
    record ClientSecretPost(String clientId, SecretSource secret) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> proofs(URI tokenEndpoint) {
            return secret.read().stream().map(this::proof).toList();
        }

        private ClientAuthenticationParameters proof(Secret current) {
            return new ClientAuthenticationParameters(
                    null,
                    Map.of("client_id", Secret.of(clientId), "client_secret", current),
                    List.of(current),
                    current);
        }
    }

    /**
     * An assertion that is signed with the client secret (OpenID Connect Core section 9, {@code client_secret_jwt}).
     *
     * @param algorithm one of the HMAC algorithms
     */
    record ClientSecretJwt(SecretSource secret, SigningAlgorithm algorithm, ClientAssertion assertion)
            implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> proofs(URI tokenEndpoint) {
            return secret.read().stream()
                    .map(current -> assertion.proof(SigningKey.of(current, algorithm), tokenEndpoint))
                    .toList();
        }
    }

    /**
     * An assertion that is signed with a private key (OpenID Connect Core section 9, {@code private_key_jwt}).
     *
     * @param algorithm how to sign; null for what the key itself says or is usually used with
     * @param keyId {@code kid} under which the server knows the key; null for what the key itself says, or none
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
        public List<ClientAuthenticationParameters> proofs(URI tokenEndpoint) {
            SigningKey read = key.read(algorithm);
            SigningKey told = new SigningKey(
                    read.key(),
                    read.algorithm(),
                    keyId == null ? read.keyId() : keyId,
                    certificate == null ? null : certificate.thumbprint());
            return List.of(assertion.proof(told, tokenEndpoint));
        }
    }

    /**
     * An assertion that somebody else makes and renews, such as the token of a Kubernetes service account (RFC 7521 section
     * 4.2).
     *
     * @param clientId null if the server finds the client by the subject of the assertion
     */
    record IssuedAssertion(@Nullable String clientId, SecretSource assertion) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> proofs(URI tokenEndpoint) {
            return assertion.read().stream()
                    .map(current -> ClientAuthenticationParameters.assertion(clientId, current, current))
                    .toList();
        }
    }

    /**
     * Nothing but the name: a public client (RFC 6749 section 3.2.1), or one that shows a certificate in the TLS handshake
     * (RFC 8705 section 2).
     */
    record ClientIdOnly(String clientId) implements ClientAuthentication {
        @Override
        public List<ClientAuthenticationParameters> proofs(URI tokenEndpoint) {
            Secret id = Secret.of(clientId);
            return List.of(new ClientAuthenticationParameters(null, Map.of("client_id", id), List.of(), id));
        }
    }
}
