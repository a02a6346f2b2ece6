package dev.tokensidecar.oauth2;

import dev.tokensidecar.exchange.ExchangeRequest;
import dev.tokensidecar.exchange.ExchangeServer;
import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges the credentials of callers at a token endpoint. Drops the refresh token of a response: the caller's own credential
 * is what a session of the user depends on.
 */
public final class ExchangeClient implements ExchangeServer {

    private final CallerGrant grant;
    private final Map<String, String> extraParameters;
    private final TokenResponseParser parser;
    private final ClientRequests requests;
    private final InstantSource clock;

    /**
     * @param assertionType the type of the new tokens (RFC 8693 section 3) if the sidecar presents them to another
     *     authorization server; null if applications present them to APIs
     * @param extraParameters further parameters of each request
     * @param dpop proves the possession of a key in token requests; null for requests without proofs
     * @param blocking reads files, away from the event loops
     */
    public ExchangeClient(
            ServerEndpoint endpoint,
            ClientAuthentication authentication,
            CallerGrant grant,
            @Nullable String assertionType,
            Map<String, String> extraParameters,
            Dialect dialect,
            @Nullable Dpop dpop,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.grant = grant;
        this.extraParameters = Map.copyOf(extraParameters);
        this.parser = assertionType == null
                ? new TokenResponseParser(dialect)
                : TokenResponseParser.ofAssertions(dialect, assertionType);
        this.requests =
                new ClientRequests(endpoint, authentication, dialect.extraHeaders(), dpop, transport, blocking, clock);
        this.clock = clock;
    }

    @Override
    public Uni<Exchanged> exchange(ExchangeRequest request) {
        Duration subjectLifetime = lifetime(request);
        return requests.postToTokenEndpoint(null, form -> fill(form, request), parser)
                .map(response -> new Exchanged(usable(response), subjectLifetime));
    }

    private void fill(Form form, ExchangeRequest request) {
        grant.addTo(form, request);
        ExchangeRequest.RequestedToken target = request.target();
        addTo(form, "scope", target.scope() == null ? List.of() : List.of(target.scope()));
        addTo(form, "audience", target.audience());
        addTo(form, "resource", target.resource());
        extraParameters.forEach(form::add);
    }

    private static void addTo(Form form, String name, List<String> values) {
        values.forEach(value -> form.add(name, value));
    }

    private static TokenResponse usable(SuccessfulResponse response) {
        return switch (response) {
            case TokenResponse tokens -> tokens;
            case UnusableResponse unusable -> throw unusable.flaw();
        };
    }

    /** A token that is no JWT, or does not say when it ends, limits nothing. */
    private @Nullable Duration lifetime(ExchangeRequest request) {
        return JwtLifetime.of(request.subject().reveal(), clock.instant());
    }
}
