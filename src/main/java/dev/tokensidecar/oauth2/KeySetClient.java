package dev.tokensidecar.oauth2;

import dev.tokensidecar.introspection.KeySetSource;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;

/** Fetches the JWK set of an issuer (RFC 7517 section 5). Fails only with a {@link RefreshFailure}. */
public final class KeySetClient implements KeySetSource {

    private final ServerEndpoint location;
    private final HttpTransport transport;
    private final InstantSource clock;

    /** @param location where the keys are; found again after it has failed */
    public KeySetClient(ServerEndpoint location, HttpTransport transport, InstantSource clock) {
        this.location = location;
        this.transport = transport;
        this.clock = clock;
    }

    @Override
    public Uni<String> fetch() {
        return Uni.createFrom()
                .deferred(location::locate)
                .flatMap(transport::get)
                .map(this::keys)
                // an issuer that moves its keys takes the old address away
                .onFailure()
                .invoke(location::invalidate)
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    @Override
    public void unusable() {
        location.invalidate();
    }

    private String keys(InboundResponse response) {
        if (response.success()) {
            response.requireComplete();
            return response.body();
        }
        int status = response.status();
        String message = "the address of the issuer's keys answered " + status;
        if (status >= 500 || status == 408 || status == 429) {
            throw new Unavailable(
                    "http_" + status, message, false, status == 429, HttpDates.retryAfter(response, clock.instant()));
        }
        throw new Misconfigured("http_" + status, message);
    }
}
