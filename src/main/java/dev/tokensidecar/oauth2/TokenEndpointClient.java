package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.Tokens;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The authorization server behind a token endpoint (RFC 6749 section 3.2). */
public final class TokenEndpointClient implements AuthorizationServer {

    private final TokenEndpoint endpoint;
    private final ClientAuthentication authentication;
    private final Grant grant;
    private final TokenResponseParser parser;
    private final HttpTransport transport;
    private final Executor blocking;
    private final InstantSource clock;

    /** @param blocking where files are read, away from the event loops */
    public TokenEndpointClient(
            TokenEndpoint endpoint,
            ClientAuthentication authentication,
            Grant grant,
            Lifetimes lifetimes,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.authentication = authentication;
        this.grant = grant;
        this.parser = new TokenResponseParser(lifetimes);
        this.transport = transport;
        this.blocking = blocking;
        this.clock = clock;
    }

    @Override
    public Uni<Tokens> request(@Nullable RefreshToken refreshToken) {
        return attempt(refreshToken == null ? null : refreshToken.value());
    }

    @Override
    public InitialGrant initialGrant() {
        return grant.type() == Grant.Type.REFRESH_TOKEN ? InitialGrant.NONE : InitialGrant.UNATTENDED;
    }

    private Uni<Tokens> attempt(@Nullable Secret refreshToken) {
        return Uni.createFrom()
                .deferred(endpoint::locate)
                .runSubscriptionOn(blocking)
                .flatMap(address -> proofs(address)
                        .flatMap(proofs -> request(address, refreshToken, new Proving(proofs, List.of(), false))))
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(OwnFailures::unexpected);
    }

    /** A server that refuses the client has done nothing with the refresh token, so another proof may follow. */
    private Uni<Tokens> request(URI address, @Nullable Secret refreshToken, Proving proving) {
        ClientProof proof = proving.next();
        return proof == null
                ? Uni.createFrom().failure(proving.refusal())
                : post(address, refreshToken, proof)
                        .onFailure(TokenEndpointClient::refusesClient)
                        .recoverWithUni(refusal -> another(address, proving.refused(proof, (RefreshFailure) refusal))
                                .flatMap(next -> request(address, refreshToken, next)));
    }

    /** When all proofs are refused, the secret is read once more: it may have been replaced meanwhile. */
    private Uni<Proving> another(URI address, Proving proving) {
        return proving.next() != null || proving.readAgain()
                ? Uni.createFrom().item(proving)
                : proofs(address).map(proving::having);
    }

    private static boolean refusesClient(Throwable failure) {
        return failure instanceof RefreshFailure refusal && ErrorClassifier.clientRefused(refusal);
    }

    private Uni<List<ClientProof>> proofs(URI address) {
        return Uni.createFrom().item(() -> authentication.proofs(address)).runSubscriptionOn(blocking);
    }

    private Uni<Tokens> post(URI address, @Nullable Secret refreshToken, ClientProof proof) {
        Form form = new Form();
        List<Secret> sent = new ArrayList<>(proof.secrets());
        grant.addTo(form, refreshToken == null ? grant.type() : Grant.Type.REFRESH_TOKEN);
        if (refreshToken != null) {
            form.add("refresh_token", refreshToken.reveal());
            sent.add(refreshToken);
        }
        proof.parameters().forEach((name, value) -> form.add(name, value.reveal()));
        Scrubber scrubber = new Scrubber(sent);
        return transport.post(address, form, proof.authorization()).map(answer -> tokens(answer, scrubber));
    }

    private Tokens tokens(HttpAnswer answer, Scrubber scrubber) {
        if (answer.status() == 404 || answer.status() == 405) {
            endpoint.forget();
        }
        return parser.parse(answer, scrubber, clock.instant());
    }
}
