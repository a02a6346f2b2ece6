package dev.tokensidecar.exchange;

import dev.tokensidecar.exchange.ExchangeRequest.RequestedToken;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;

/**
 * Exchanges in two steps: the token that the first server issues is the assertion for the second one. With an identity
 * provider first, this is the Identity Assertion Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant).
 *
 * <p>The assertion is used once and kept nowhere, because servers reject a second use.
 */
public final class ChainedExchange implements ExchangeServer {

    private final ExchangeServer first;
    private final RequestedToken assertion;
    private final ExchangeServer second;

    /** @param assertion what the first server has to issue */
    public ChainedExchange(ExchangeServer first, RequestedToken assertion, ExchangeServer second) {
        this.first = first;
        this.assertion = assertion;
        this.second = second;
    }

    /** The result is for the user whose token the first server has seen, and ends with that token. */
    @Override
    public Uni<Exchanged> exchange(ExchangeRequest request) {
        return first.exchange(request.withTarget(assertion))
                .flatMap(asserted -> second.exchange(
                                ExchangeRequest.ofAssertion(asserted.response().accessToken(), request.target()))
                        .onFailure(RefreshFailure.InvalidGrant.class)
                        .transform(ChainedExchange::rejected)
                        .map(result -> new Exchanged(result.response(), asserted.subjectLifetime())));
    }

    /** The user has logged in well, so another login changes nothing. */
    private static RefreshFailure rejected(Throwable invalidGrant) {
        RefreshFailure failure = (RefreshFailure) invalidGrant;
        return new RefreshFailure.Misconfigured(
                "access_denied",
                failure.detail() + "; the server of the API does not know this user, or does not trust the assertion");
    }
}
