package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads responses of an endpoint whose meaning depends on the proof in the request (RFC 9449 section 5). */
@FunctionalInterface
interface ProvenReader<T> {

    /**
     * Reads a response.
     *
     * @param redactor knows the credentials in the request
     * @param now when the response arrived
     * @param provenWith the key of the proof in the request; null if there was none
     * @throws RefreshFailure if the response is not a success
     */
    T read(InboundResponse response, Redactor redactor, Instant now, @Nullable ProofKey provenWith);
}
