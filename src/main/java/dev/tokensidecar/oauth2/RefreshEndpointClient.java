package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Gets tokens from a {@link RefreshEndpoint}. */
public final class RefreshEndpointClient implements AuthorizationServer {

    private final RefreshEndpoint endpoint;
    private final @Nullable SecretSource clientSecret;
    private final RefreshResponseParser parser;
    private final HttpTransport transport;
    private final Executor blocking;
    private final InstantSource clock;

    /**
     * @param clientSecret the value for <code>{client_secret}</code>, for instance an API key; null for none
     * @param blocking reads files, away from the event loops
     */
    public RefreshEndpointClient(
            RefreshEndpoint endpoint,
            @Nullable SecretSource clientSecret,
            Lifetimes lifetimes,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.clientSecret = clientSecret;
        this.parser = new RefreshResponseParser(endpoint, lifetimes);
        this.transport = transport;
        this.blocking = blocking;
        this.clock = clock;
    }

    @Override
    public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
        return Uni.createFrom()
                .item(() -> credentials(presented.value()))
                .runSubscriptionOn(blocking)
                .flatMap(this::exchange)
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    /**
     * Returns the credentials by the names of their placeholders. Of two client secrets, uses only the new one: a
     * rejected secret looks the same as a session that has ended.
     */
    private Map<String, Secret> credentials(Secret refreshToken) {
        Map<String, Secret> credentials = new HashMap<>(Map.of("refresh_token", refreshToken));
        if (clientSecret != null) {
            credentials.put(
                    "client_secret", Objects.requireNonNull(clientSecret.read().getFirst()));
        }
        return credentials;
    }

    private Uni<SuccessfulResponse> exchange(Map<String, Secret> credentials) {
        Redactor redactor = new Redactor(List.copyOf(credentials.values()));
        return transport
                .send(endpoint.address(), new RefreshRequest(endpoint.request(), credentials).toOutboundRequest())
                .map(response -> parser.read(response, redactor, clock.instant()));
    }
}
