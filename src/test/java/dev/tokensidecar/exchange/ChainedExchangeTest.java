package dev.tokensidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.exchange.ExchangeRequest.RequestedToken;
import dev.tokensidecar.exchange.ExchangeServer.Exchanged;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An identity provider issues an assertion, and another server accepts it. */
class ChainedExchangeTest {

    private static final RequestedToken ASSERTION = new RequestedToken(
            List.of("https://partner.example"), List.of(), null, "urn:ietf:params:oauth:token-type:id-jag");
    private static final RequestedToken TARGET = new RequestedToken(List.of(), List.of(), "read", null);

    private final FakeExchangeServer provider = new FakeExchangeServer();
    private final FakeExchangeServer partner = new FakeExchangeServer();

    private UniAssertSubscriber<Exchanged> exchange() {
        return new ChainedExchange(provider, ASSERTION, partner)
                .exchange(new ExchangeRequest(Secret.of("anna"), "id_token", Secret.of("actor"), "jwt", TARGET))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void theTokenOfTheFirstServerIsTheAssertionForTheSecond() {
        UniAssertSubscriber<Exchanged> result = exchange();
        ExchangeRequest first = provider.requests().getFirst();
        assertThat(first.target()).isEqualTo(ASSERTION);
        assertThat(first.subject().reveal()).isEqualTo("anna");
        assertThat(first.subjectTokenType()).isEqualTo("id_token");
        assertThat(first.actorTokenType()).isEqualTo("jwt");
        assertThat(partner.requests()).isEmpty();

        provider.grant();
        ExchangeRequest second = partner.requests().getFirst();
        assertThat(second.target()).isEqualTo(TARGET);
        assertThat(second.subject().reveal()).isEqualTo("for-anna-1");
        assertThat(second.subjectTokenType()).isNull();
        assertThat(second.actor()).isNull();

        partner.grant();
        assertThat(result.getItem().response().accessToken().reveal()).isEqualTo("for-for-anna-1-1");
    }

    /** The assertion ends within minutes, and says nothing about how long the access token is good. */
    @Test
    void theTokenOfTheUserLimitsTheResultAndTheAssertionDoesNot() {
        provider.lifetimes(Duration.ofMinutes(5), Duration.ofMinutes(20));
        partner.lifetimes(Duration.ofHours(1), Duration.ofMinutes(5));
        UniAssertSubscriber<Exchanged> result = exchange();
        provider.grant();
        partner.grant();

        assertThat(result.getItem().subjectLifetime()).isEqualTo(Duration.ofMinutes(20));
        assertThat(result.getItem().response().lifetime()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aFailureOfEitherServerIsTheResult() {
        RefreshFailure rejected = new RefreshFailure.InvalidGrant("invalid_grant", "no");
        UniAssertSubscriber<Exchanged> atFirst = exchange();
        provider.fail(rejected);
        assertThat(atFirst.getFailure()).isSameAs(rejected);
        assertThat(partner.requests()).isEmpty();

        UniAssertSubscriber<Exchanged> atSecond = exchange();
        provider.grant();
        RefreshFailure down = RefreshFailure.Unavailable.unprocessed("http_503", "down");
        partner.fail(down);
        assertThat(atSecond.getFailure()).isSameAs(down);
    }

    /** Another login at the identity provider would not help. */
    @Test
    void anAssertionThatTheSecondServerRejectsIsNoReasonToLogInAgain() {
        UniAssertSubscriber<Exchanged> result = exchange();
        provider.grant();
        partner.fail(new RefreshFailure.InvalidGrant("invalid_grant", "no such user"));

        RefreshFailure failure = (RefreshFailure) result.getFailure();
        assertThat(CallerFailures.code(failure)).isEqualTo("access_denied");
        assertThat(CallerFailures.concernsRequest(failure)).isTrue();
        assertThat(CallerFailures.rejectsCredential(failure)).isFalse();
    }
}
