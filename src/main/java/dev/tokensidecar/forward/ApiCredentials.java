package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.ingress.Challenge;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.ProofKey;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Puts tokens into requests to one API: bearer tokens (RFC 6750 section 2.1), and tokens that are bound to a key, with a proof
 * for each request (RFC 9449 section 7). Keeps the nonces that the API wants in proofs.
 */
public final class ApiCredentials {

    private static final int UNAUTHORIZED = 401;
    private static final CharSequence PROOF = HttpHeaders.createOptimized("DPoP");

    private final String origin;
    private final ServerNonces nonces;
    private final @Nullable String demanded;

    /** @param nonces the nonces of all APIs */
    public ApiCredentials(ForwardTarget target, ServerNonces nonces) {
        this(target.origin(), nonces, null);
    }

    private ApiCredentials(String origin, ServerNonces nonces, @Nullable String demanded) {
        this.origin = origin;
        this.nonces = nonces;
        this.demanded = demanded;
    }

    /**
     * Returns the credentials for the repetition of a request whose response demands a nonce. Other requests may have got newer
     * nonces meanwhile, each for one proof only.
     */
    ApiCredentials with(String nonce) {
        return new ApiCredentials(origin, nonces, nonce);
    }

    /**
     * Writes a token into a request. A caller's own proof does not fit the sidecar's token, so the sidecar's replaces it.
     *
     * @param uri path and query of the request
     */
    void write(HttpClientRequest request, String uri, AccessToken token) {
        ProofKey key = token.proofKey();
        String scheme = key == null ? "Bearer " : AccessToken.DPOP + " ";
        request.putHeader(HttpHeaders.AUTHORIZATION, scheme + token.value().reveal());
        if (key != null) {
            request.putHeader(
                    PROOF,
                    key.prove(
                                    request.getMethod().name(),
                                    origin + uri,
                                    demanded == null ? nonces.of(origin) : demanded,
                                    token.value())
                            .reveal());
        }
    }

    /**
     * Takes the nonce out of a response: it is for the sidecar's proofs, not for the caller.
     *
     * @param token the token in the request; null if it was the caller's own
     * @return the nonce with which the API wants the same request again (RFC 9449 section 9); null if it does not
     */
    @Nullable String takeNonce(HttpClientResponse response, @Nullable AccessToken token) {
        if (token == null || token.proofKey() == null) {
            return null;
        }
        String sent = nonces.keep(origin, response.getHeader(ServerNonces.FIELD));
        var unused = response.headers().remove(ServerNonces.FIELD);
        boolean demands = response.statusCode() == UNAUTHORIZED
                && Challenge.demandsNonce(response.headers().getAll("WWW-Authenticate"));
        return demands ? sent : null;
    }
}
