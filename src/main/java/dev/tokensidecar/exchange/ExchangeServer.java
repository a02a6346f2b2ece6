package dev.tokensidecar.exchange;

import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Port to the authorization server that exchanges the credentials of callers. */
public interface ExchangeServer {

    /**
     * The result of an exchange.
     *
     * @param response the new token
     * @param subjectLifetime how long the presented token is still valid, as far as it says so; null if unknown
     */
    record Exchanged(TokenResponse response, @Nullable Duration subjectLifetime) {}

    /** Sends one request. Fails with a {@link dev.tokensidecar.token.RefreshFailure}. */
    Uni<Exchanged> exchange(ExchangeRequest request);
}
