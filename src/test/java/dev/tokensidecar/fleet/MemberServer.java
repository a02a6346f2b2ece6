package dev.tokensidecar.fleet;

import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

/** The authorization server as one process sees it, through its own network. */
final class MemberServer implements AuthorizationServer {

    private final Fleet fleet;
    private final SimulatedProcess process;
    private final String name;
    private final Exchange.Route route;

    /** @param name of the token that is refreshed there */
    MemberServer(Fleet fleet, SimulatedProcess process, String name) {
        this.fleet = fleet;
        this.process = process;
        this.name = name;
        this.route = new Exchange.Route(
                process.member().toServer(),
                new Latency(fleet.random(), 5, 100),
                () -> RefreshFailure.Unavailable.unprocessed("unreachable", "no connection"),
                () -> RefreshFailure.Unavailable.maybeProcessed("connection_lost", "the connection broke"));
    }

    @Override
    public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
        return Uni.createFrom().emitter(emitter -> send(presented, emitter));
    }

    private void send(RefreshToken token, UniEmitter<? super SuccessfulResponse> emitter) {
        fleet.count(Count.POSTS);
        fleet.load().sent(Operation.POST, fleet.now());
        fleet.trace().add(process, () -> "presents " + token.value().reveal() + " for " + name);
        Presentation presentation = new Presentation(
                process, token, fleet.schedule().timeout(), process.store().claimedAt());
        fleet.invariants().presenting(presentation, name);
        Exchange.Listener listener = new Exchange.Listener() {
            @Override
            public void received() {
                presentation.received();
            }

            @Override
            public void lost() {
                presentation.lost();
            }
        };
        new Exchange<TokenResponse>(fleet, process, Operation.POST, route, emitter, listener)
                .start(() -> fleet.server().serve(presentation), fleet.server().holdsNextRequest());
    }
}
