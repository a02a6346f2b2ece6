package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Instant;

/** Reads the responses of one endpoint. */
@FunctionalInterface
interface ResponseReader<T> {

    /**
     * Reads a response.
     *
     * @param redactor knows the credentials in the request
     * @param now when the response arrived
     * @throws RefreshFailure if the response is not a success
     */
    T read(InboundResponse response, Redactor redactor, Instant now);
}
