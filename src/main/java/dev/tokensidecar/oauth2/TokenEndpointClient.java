package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Gets tokens from a token endpoint (RFC 6749 section 3.2). */
public final class TokenEndpointClient implements AuthorizationServer {

    private final ResourceTarget target;
    private final Grant grant;
    private final TokenResponseParser parser;
    private final ClientRequests requests;
    private final Supplier<Uni<SuccessfulResponse>> initial;

    /**
     * @param grant how to get tokens without a refresh token
     * @param blocking reads files, away from the event loops
     */
    public TokenEndpointClient(
            ServerEndpoint endpoint,
            ClientAuthentication authentication,
            ResourceTarget target,
            Grant grant,
            Dialect dialect,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.target = target;
        this.grant = grant;
        this.parser = new TokenResponseParser(dialect);
        this.requests =
                new ClientRequests(endpoint, authentication, dialect.extraHeaders(), transport, blocking, clock);
        this.initial = switch (grant) {
            case Grant.Direct direct -> () -> direct(direct);
            case Grant.DeviceCodeGrant device ->
                new DeviceAuthorization(device.deviceAuthorizationEndpoint(), requests, target, parser, clock)::tokens;
            case Grant.RefreshTokenOnly only -> TokenEndpointClient::noInitialGrant;
        };
    }

    @Override
    public InitialGrant initialGrant() {
        return grant.initial();
    }

    @Override
    public Uni<SuccessfulResponse> requestInitialGrant() {
        return initial.get();
    }

    @Override
    public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
        return requests.postToTokenEndpoint(
                form -> {
                    form.add("grant_type", "refresh_token");
                    target.addTo(form);
                    form.add("refresh_token", presented.value());
                },
                parser);
    }

    /** Never called: the core checks {@link #initialGrant()} first. */
    private static Uni<SuccessfulResponse> noInitialGrant() {
        throw new IllegalStateException("there is no initial grant");
    }

    private Uni<SuccessfulResponse> direct(Grant.Direct direct) {
        return requests.postToTokenEndpoint(
                form -> {
                    direct.addTo(form);
                    target.addTo(form);
                },
                (response, redactor, now) -> {
                    try {
                        return parser.read(response, redactor, now);
                    } catch (RefreshFailure.InvalidGrant rejected) {
                        throw direct.onInvalidGrant(rejected, HttpDates.clockAhead(response, now));
                    }
                });
    }
}
