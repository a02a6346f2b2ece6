package dev.tokensidecar.oauth2;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The proofs of one token request: a new one each time it is sent (RFC 9449 section 5). */
final class TokenRequestProofs {

    /** RFC 9449 section 8 says 400, and 401 for APIs. */
    private static final Set<Integer> STATUSES = Set.of(400, 401);

    private final ProofKey key;
    private final ServerNonces nonces;
    private final String server;
    private final String target;
    private @Nullable String demanded;
    private boolean repeated;

    TokenRequestProofs(ProofKey key, ServerNonces nonces, URI address) {
        this.key = key;
        this.nonces = nonces;
        this.server = Authority.of(address).origin(address.getScheme());
        this.target = server + address.getRawPath();
    }

    ProofKey key() {
        return key;
    }

    /** Uses the nonce that the server has demanded last: other requests may have got newer ones, each for one proof only. */
    Secret next() {
        String nonce = demanded == null ? nonces.of(server) : demanded;
        demanded = null;
        return key.prove("POST", target, nonce, null);
    }

    /**
     * Keeps the nonce in a response.
     *
     * @return whether the server wants the same request again, with this nonce; true only once
     */
    boolean isRepeatDemanded(InboundResponse response) {
        String sent = nonces.keep(server, response.header(ServerNonces.FIELD));
        if (sent == null || repeated || !STATUSES.contains(response.status())) {
            return false;
        }
        ResponseFields fields = ResponseFields.read(response.body());
        repeated = fields != null && ErrorClassifier.USE_DPOP_NONCE.equals(fields.text("error"));
        demanded = repeated ? sent : null;
        return repeated;
    }
}
