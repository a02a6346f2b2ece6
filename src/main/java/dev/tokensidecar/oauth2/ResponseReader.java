package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import java.time.Instant;

/** Reads the answer of one endpoint. */
@FunctionalInterface
interface ResponseReader<T> {

    /**
     * Reads an answer.
     *
     * @param scrubber knows the credentials that were sent
     * @param now when the answer came
     * @throws RefreshFailure if the answer is not what was asked for
     */
    T read(InboundResponse answer, Redactor scrubber, Instant now);
}
