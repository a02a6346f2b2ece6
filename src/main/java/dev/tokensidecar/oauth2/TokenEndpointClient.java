package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gets tokens from a token endpoint (RFC 6749 section 3.2). */
public final class TokenEndpointClient implements AuthorizationServer {

    private final ResourceTarget target;
    private final Grant grant;
    private final TokenResponseParser parser;
    private final ClientRequests requests;
    private final @Nullable Dpop dpop;
    private final Supplier<Uni<SuccessfulResponse>> initial;

    /**
     * @param grant how to get tokens without a refresh token
     * @param dpop proves the possession of a key in token requests; null for requests without proofs
     * @param blocking reads files, away from the event loops
     */
    public TokenEndpointClient(
            ServerEndpoint endpoint,
            ClientAuthentication authentication,
            ResourceTarget target,
            Grant grant,
            Dialect dialect,
            @Nullable Dpop dpop,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.target = target;
        this.grant = grant;
        this.parser = new TokenResponseParser(dialect);
        this.dpop = dpop;
        this.requests =
                new ClientRequests(endpoint, authentication, dialect.extraHeaders(), dpop, transport, blocking, clock);
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
                presented.key(),
                form -> {
                    form.add("grant_type", "refresh_token");
                    target.addTo(form);
                    form.add("refresh_token", presented.value());
                },
                (response, redactor, now, provenWith) -> {
                    try {
                        return parser.read(response, redactor, now, provenWith);
                    } catch (InvalidGrant rejected) {
                        throw new InvalidGrant(
                                rejected.error(), rejected.detail() + anotherKey(presented.key(), provenWith));
                    }
                });
    }

    /** Ends the message about a rejected refresh token if its key is a possible reason (RFC 9449 section 5). */
    private static String anotherKey(@Nullable BoundKey former, @Nullable ProofKey provenWith) {
        if (former == null || (provenWith != null && provenWith.bound().isSameKey(former))) {
            return "";
        }
        return provenWith == null
                ? "; it was obtained with DPoP: set client.dpop.enabled=true, or log in again"
                : "; it was obtained with another DPoP key: use that key again, or log in again";
    }

    @Override
    public @Nullable ProofKey restore(BoundKey stored) {
        return dpop == null ? null : dpop.keys().restore(stored);
    }

    /** Never called: the core checks {@link #initialGrant()} first. */
    private static Uni<SuccessfulResponse> noInitialGrant() {
        throw new IllegalStateException("there is no initial grant");
    }

    private Uni<SuccessfulResponse> direct(Grant.Direct direct) {
        return requests.postToTokenEndpoint(
                null,
                form -> {
                    direct.addTo(form);
                    target.addTo(form);
                },
                (response, redactor, now, provenWith) -> {
                    try {
                        return parser.read(response, redactor, now, provenWith);
                    } catch (InvalidGrant rejected) {
                        throw direct.onInvalidGrant(rejected, HttpDates.clockAhead(response, now));
                    }
                });
    }
}
