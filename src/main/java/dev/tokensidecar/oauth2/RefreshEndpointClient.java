package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gets tokens from a {@link RefreshEndpoint}. */
public final class RefreshEndpointClient implements AuthorizationServer {

    private final RefreshEndpoint endpoint;
    private final @Nullable SecretSource clientSecret;
    private final @Nullable GrantAssertion assertion;
    private final RefreshResponseParser parser;
    private final HttpTransport transport;
    private final Executor blocking;
    private final InstantSource clock;

    /**
     * @param clientSecret the value for <code>{client_secret}</code>, for instance an API key; null for none
     * @param assertion what the client presents in place of a refresh token, as <code>{assertion}</code>; null for nothing
     * @param blocking reads files, away from the event loops
     */
    public RefreshEndpointClient(
            RefreshEndpoint endpoint,
            @Nullable SecretSource clientSecret,
            @Nullable GrantAssertion assertion,
            Lifetimes lifetimes,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.clientSecret = clientSecret;
        this.assertion = assertion;
        this.parser = new RefreshResponseParser(endpoint, lifetimes);
        this.transport = transport;
        this.blocking = blocking;
        this.clock = clock;
    }

    @Override
    public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
        return request(() -> credentials("refresh_token", presented.value()));
    }

    @Override
    public InitialGrant initialGrant() {
        return assertion == null ? InitialGrant.NONE : InitialGrant.UNATTENDED;
    }

    @Override
    public Uni<SuccessfulResponse> requestInitialGrant() {
        GrantAssertion presented = Objects.requireNonNull(assertion, "there is no initial grant");
        return request(() -> credentials("assertion", presented.next()));
    }

    private Uni<SuccessfulResponse> request(Supplier<Map<String, Secret>> credentials) {
        return Uni.createFrom()
                .item(credentials)
                .runSubscriptionOn(blocking)
                .flatMap(this::exchange)
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    /**
     * Returns the credentials by the names of their placeholders. Of two client secrets, uses only the new one: a
     * rejected secret looks the same as a session that has ended.
     */
    private Map<String, Secret> credentials(String name, Secret presented) {
        Map<String, Secret> credentials = new HashMap<>(Map.of(name, presented));
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
                .map(response -> read(response, redactor));
    }

    /** Nobody can log in to fix an assertion, so a rejected one has nothing to do with a session. */
    private SuccessfulResponse read(InboundResponse response, Redactor redactor) {
        Instant now = clock.instant();
        try {
            return parser.read(response, redactor, now);
        } catch (RefreshFailure.InvalidGrant rejected) {
            if (assertion == null) {
                throw rejected;
            }
            String error = ErrorClassifier.httpError(response.status());
            throw assertion.rejected(
                    new RefreshFailure.InvalidGrant(error, rejected.detail()), HttpDates.clockAhead(response, now));
        }
    }
}
