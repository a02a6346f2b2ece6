package dev.tokensidecar.oauth2;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.util.Set;

/** The proofs of one token request: a new one each time it is sent (RFC 9449 section 5). */
final class TokenRequestProofs {

    /** RFC 9449 section 8 says 400, and 401 for APIs. */
    private static final Set<Integer> STATUSES = Set.of(400, 401);

    private final ProofKey key;
    private final ServerNonces nonces;
    private final URI address;
    private final String server;
    private boolean repeated;

    TokenRequestProofs(ProofKey key, ServerNonces nonces, URI address) {
        this.key = key;
        this.nonces = nonces;
        this.address = address;
        this.server = address.getScheme() + "://" + Authority.of(address);
    }

    ProofKey key() {
        return key;
    }

    Secret next() {
        return key.prove("POST", address.toString(), nonces.of(server), null);
    }

    /**
     * Keeps the nonce in a response.
     *
     * @return whether the server wants the same request again, with this nonce; true only once
     */
    boolean isRepeatDemanded(InboundResponse response) {
        boolean sent = nonces.keep(server, response.header(ServerNonces.FIELD));
        if (!sent || repeated || !STATUSES.contains(response.status())) {
            return false;
        }
        ResponseFields fields = ResponseFields.read(response.body());
        repeated = fields != null && ErrorClassifier.USE_DPOP_NONCE.equals(fields.text("error"));
        return repeated;
    }
}
