package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.Exchange;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that callers get for their users. */
class ExchangeKeysTest {

    private static final String ORDERS = "sidecar.tokens.orders.";
    private static final String ROUTE = "sidecar.forward.api.";

    private static Given onBehalf() {
        return Given.minimal()
                .property(ORDERS + "authorization-server.issuer", "https://login.example.com")
                .property(ORDERS + "client.id", "shop")
                .property(ORDERS + "client.secret-file", "/secrets/client-secret")
                .property(ORDERS + "grant.type", "token_exchange")
                .property(ORDERS + "grant.subject", "request");
    }

    @Test
    void theDefaultsAreForAnApplicationThatChoosesNothing() {
        assertThat(onBehalf().all().tokens().get("orders"))
                .extracting(TokenSettings::exchange)
                .isEqualTo(new Exchange(Set.of(), null, 16, 4 * 1024 * 1024, Duration.ofSeconds(5)));
        assertThat(Given.minimal().settings().exchange()).isNull();
    }

    @Test
    void theLimitsAndTheChoicesOfCallersAreConfigured() {
        assertThat(onBehalf()
                        .property(ORDERS + "grant.caller-parameters", "scope, audience,actor_token")
                        .property(ORDERS + "exchange.max-concurrent", "2")
                        .property(ORDERS + "exchange.cache-size", "100000")
                        .property(ORDERS + "exchange.rejection-memory", "1s")
                        .all()
                        .tokens()
                        .get("orders"))
                .extracting(TokenSettings::exchange)
                .isEqualTo(new Exchange(
                        Set.of("scope", "audience", "actor_token"), null, 2, 100_000, Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grant.caller-parameters | client_id | names a field that callers cannot choose: write some of actor_token,"
                        + " audience, requested_token_type, resource, scope, subject_token_type",
                "grant.type | client_credentials | ",
                "grant.subject-token-file | /run/token | is not used with " + ORDERS
                        + "grant.subject=request: leave it out",
                "store.file | /state/token | is not used with " + ORDERS + "grant.subject=request: leave it out",
                "file | /run/token | is not used with " + ORDERS + "grant.subject=request: leave it out",
                "exchange.max-concurrent | 0 | must be at least 1",
            })
    void whatDoesNotGoTogetherIsAViolation(String key, String value, String problem) {
        String expected = problem == null
                ? "grant.subject is not used with " + ORDERS + "grant.type=client_credentials: leave it out or set"
                        + " token_exchange or jwt_bearer"
                : key + " " + problem;

        assertThat(onBehalf().property(ORDERS + key, value).violations()).containsExactly(ORDERS + expected);
    }

    @Test
    void theTokenOfTheSidecarItselfHasNoUser() {
        assertThat(Given.minimal()
                        .property("sidecar.token.store.refresh-token-file", "")
                        .property("sidecar.token.grant.type", "jwt_bearer")
                        .property("sidecar.token.grant.subject", "request")
                        .violations())
                .containsExactly(
                        "sidecar.token.grant.subject needs a name: write sidecar.tokens.<name>.grant.subject, and"
                                + " all other keys of this token with that name");
    }

    @Test
    void withoutUsersTheLimitsAreNotUsed() {
        assertThat(Given.minimal()
                        .property("sidecar.token.exchange.cache-size", "100000")
                        .violations())
                .containsExactly(
                        "sidecar.token.exchange.cache-size is not used without sidecar.token.grant.subject=request:"
                                + " leave it out or set that");
    }

    @Test
    void theResultOfAnotherTokenCanBeTheAssertion() {
        assertThat(chained("orders").all().tokens().get("partner"))
                .extracting(TokenSettings::exchange)
                .extracting(Exchange::assertionToken)
                .isEqualTo("orders");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody | jwt_bearer | names no token that can be exchanged first: name one with"
                        + " grant.type=token_exchange and grant.subject=request",
                "default | jwt_bearer | names no token that can be exchanged first: name one with"
                        + " grant.type=token_exchange and grant.subject=request",
                "partner | jwt_bearer | names no token that can be exchanged first: name one with"
                        + " grant.type=token_exchange and grant.subject=request",
                "orders | token_exchange | is not used with sidecar.tokens.partner.grant.type=token_exchange: leave it out"
                        + " or set jwt_bearer",
            })
    void onlyAnotherTokenOfUsersCanBeTheAssertion(String other, String grant, String problem) {
        assertThat(chained(other)
                        .property("sidecar.tokens.partner.grant.type", grant)
                        .violations())
                .containsExactly("sidecar.tokens.partner.exchange.assertion-token " + problem);
    }

    @Test
    void anAssertionHasAType() {
        assertThat(chained("orders")
                        .property(ORDERS + "grant.requested-token-type", "")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.tokens.partner.exchange.assertion-token names a token without"
                        + " grant.requested-token-type, ");
    }

    private static Given chained(String other) {
        String partner = "sidecar.tokens.partner.";
        return onBehalf()
                .property(ORDERS + "grant.requested-token-type", "urn:ietf:params:oauth:token-type:id-jag")
                .property(partner + "authorization-server.issuer", "https://partner.example.com")
                .property(partner + "client.id", "shop")
                .property(partner + "client.secret-file", "/secrets/client-secret")
                .property(partner + "grant.type", "jwt_bearer")
                .property(partner + "grant.subject", "request")
                .property(partner + "exchange.assertion-token", other);
    }

    private static Given route(Given tokens) {
        return tokens.property(ROUTE + "target", "https://api.example.com").property(ROUTE + "token", "orders");
    }

    @Test
    void aRouteOnBehalfOfUsersTakesTheTokenOfTheCaller() {
        assertThat(route(onBehalf())
                        .property(ROUTE + "subject", "caller-authorization")
                        .all()
                        .forwards()
                        .get("api"))
                .extracting(ForwardSettings::token, ForwardSettings::subject)
                .containsExactly("orders", ForwardSettings.Subject.CALLER_AUTHORIZATION);
    }

    @Test
    void aRouteOnBehalfOfUsersSaysSo() {
        assertThat(route(onBehalf()).violations())
                .containsExactly(ROUTE + "token names a token that callers get for their users: write " + ROUTE
                        + "subject=caller-authorization, or name another token");
    }

    @Test
    void aRouteOnBehalfOfUsersNeedsATokenOfUsers() {
        assertThat(onBehalf()
                        .property(ROUTE + "target", "https://api.example.com")
                        .property(ROUTE + "subject", "caller-authorization")
                        .violations())
                .containsExactly(
                        ROUTE + "subject needs a token with grant.subject=request: name one in " + ROUTE + "token");
    }

    @Test
    void theTokenOfTheUserNeverReachesTheApi() {
        assertThat(route(onBehalf())
                        .property(ROUTE + "subject", "caller-authorization")
                        .property(ROUTE + "caller-authorization", "keep")
                        .violations())
                .containsExactly(ROUTE + "caller-authorization cannot be keep with " + ROUTE
                        + "subject=caller-authorization: leave it out");
    }
}
