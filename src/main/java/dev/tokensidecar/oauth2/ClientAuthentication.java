package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** How this client shows the token endpoint who it is (RFC 6749 section 2.3). */
public sealed interface ClientAuthentication {

    /**
     * Makes the proof for one request from the secret as it is now. May block.
     *
     * @return the proofs to show one after the other until one is accepted: one, or two while a secret is rotated
     * @throws RefreshFailure.Misconfigured if the secret cannot be read
     */
    List<ClientProof> proofs();

    /** Client id and secret as HTTP Basic credentials, both form-encoded first (RFC 6749 section 2.3.1). */
    record ClientSecretBasic(String clientId, SecretSource secret) implements ClientAuthentication {
        @Override
        public List<ClientProof> proofs() {
            return secret.read().stream().map(this::proof).toList();
        }

        private ClientProof proof(Secret current) {
            String pair = encoded(clientId) + ":" + encoded(current.reveal());
            String credentials = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return new ClientProof(
                    Secret.of("Basic " + credentials), Map.of(), List.of(current, Secret.of(credentials)));
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    /** Client id and secret in the body (RFC 6749 section 2.3.1), for servers that cannot do Basic. */
    record ClientSecretPost(String clientId, SecretSource secret) implements ClientAuthentication {
        @Override
        public List<ClientProof> proofs() {
            return secret.read().stream().map(this::proof).toList();
        }

        private ClientProof proof(Secret current) {
            return new ClientProof(
                    null, Map.of("client_id", Secret.of(clientId), "client_secret", current), List.of(current));
        }
    }

    /** A public client, which only names itself (RFC 6749 section 3.2.1). */
    record None(String clientId) implements ClientAuthentication {
        @Override
        public List<ClientProof> proofs() {
            return List.of(new ClientProof(null, Map.of("client_id", Secret.of(clientId)), List.of()));
        }
    }
}
