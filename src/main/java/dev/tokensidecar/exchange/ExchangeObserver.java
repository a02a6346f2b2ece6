package dev.tokensidecar.exchange;

import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;

/** Hears the end of one request to the authorization server. */
public interface ExchangeObserver {

    /** Ignores it. */
    ExchangeObserver NONE = new ExchangeObserver() {};

    default void succeeded(Duration duration) {}

    /** The request brought no token. {@link CallerFailures} says whom that concerns. */
    default void failed(RefreshFailure failure, Duration duration) {}
}
