package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.ingress.Entrance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Selection of one of several tokens for a client library that names no token. */
class TokenSelectionTest {

    private static final Entrance EVERYWHERE = Entrance.ofAllTokens("test");

    private final TokenSelection selection = new TokenSelection(tokens());

    private static Map<String, TokenSelection.Target> tokens() {
        Map<String, TokenSelection.Target> tokens = new LinkedHashMap<>();
        tokens.put("whatever", target(null));
        tokens.put("orders", target("orders:read orders:write", "https://orders.example.com", "urn:orders"));
        tokens.put("default", target("read"));
        tokens.put("all", target("read orders:read mail", "https://orders.example.com"));
        return tokens;
    }

    private static TokenSelection.Target target(@Nullable String scope, String... apis) {
        return new TokenSelection.Target(scope, Set.of(apis));
    }

    private static GrantRequest request(String scope, String... apis) {
        return GrantRequest.of(List.of("client_credentials"), List.of(scope), List.of(apis), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "'', default",
        "read, default",
        "orders:write, orders",
        "orders:read, orders",
        "mail orders:read, all",
        "unheard-of, default",
        "orders:write mail, default",
    })
    void theFirstTokenThatCoversTheScopeIsSelected(String scope, String name) {
        assertThat(selection.select(request(scope), EVERYWHERE)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://orders.example.com, orders",
        "'', urn:orders, orders",
        "read, https://orders.example.com, all",
        "orders:read, https://orders.example.com, orders",
        "unheard-of, https://orders.example.com, orders",
    })
    void anApiSelectsATokenBeforeTheScopeDoes(String scope, String api, String name) {
        assertThat(selection.select(request(scope, api), EVERYWHERE)).isEqualTo(name);
        GrantRequest byResource =
                GrantRequest.of(List.of("client_credentials"), List.of(scope), List.of(), List.of(api, ""));
        assertThat(selection.select(byResource, EVERYWHERE)).isEqualTo(name);
    }

    @Test
    void allApisOfARequestHaveToBeThoseOfOneToken() {
        TokenSelection both =
                new TokenSelection(Map.of("a", target(null, "urn:a", "urn:c"), "b", target(null, "urn:b")));

        assertThat(both.select(request("", "urn:a", "urn:c"), EVERYWHERE)).isEqualTo("a");
        assertInvalid("invalid_target", () -> both.select(request("", "urn:a", "urn:b"), EVERYWHERE));
        assertInvalid("invalid_target", () -> both.select(request("read", "urn:d"), EVERYWHERE));
        assertInvalid("invalid_target", () -> both.require("b", "read", request("", "urn:a")));
    }

    /** As with the scope: what nobody has configured is unknown. Many libraries always send an audience. */
    @Test
    void aTokenWithoutConfiguredApisMayBeForAny() {
        assertThat(selection.select(request("", "urn:mail"), EVERYWHERE)).isEqualTo("default");
        assertThat(selection.select(request("read", "urn:mail"), EVERYWHERE)).isEqualTo("default");
        assertThatCode(() -> selection.require("default", "read", request("read", "urn:mail")))
                .doesNotThrowAnyException();
        assertInvalid("invalid_target", () -> selection.require("orders", null, request("", "urn:mail")));
    }

    @Test
    void withoutADefaultTokenOnlyAScopeOrAnApiSelectsOneOfSeveral() {
        TokenSelection named = new TokenSelection(
                Map.of("orders", target("orders:read", "urn:orders"), "mail", target("mail", "urn:mail")));

        assertThat(named.select(request(""), EVERYWHERE)).isEqualTo("default");
        assertThat(named.select(request("read"), EVERYWHERE)).isEqualTo("default");
        assertThat(named.select(request("orders:read"), EVERYWHERE)).isEqualTo("orders");
        assertThat(named.select(request("", "urn:orders"), EVERYWHERE)).isEqualTo("orders");
    }

    /** Entra, Google and GitHub name what they grant in other words than the client. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https://graph.microsoft.com/.default, https://graph.microsoft.com/User.Read,"
                        + " https://graph.microsoft.com/.default",
                "email openid, https://www.googleapis.com/auth/userinfo.email, email",
                "openid profile, profile, openid",
                "'repo gist', 'repo,gist', repo",
                "-, 'repo,gist', repo",
                "-, 'read write', write",
                "-, -, anything",
                "read, -, read",
                "read, 'read write', write",
            })
    void whatIsConfiguredCountsAsGrantedAndSoDoesWhatTheServerNames(
            @Nullable String asked, @Nullable String granted, String requested) {
        assertThatCode(() -> require(asked, granted, requested)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"read, read, write", "read, -, write", "-, read, write", "read, write, admin"})
    void aScopeThatIsNeitherConfiguredNorGrantedIsInvalid(
            @Nullable String asked, @Nullable String granted, String requested) {
        assertInvalid("invalid_scope", () -> require(asked, granted, requested));
    }

    private static void require(@Nullable String asked, @Nullable String granted, String requested) {
        new TokenSelection(Map.of("default", target(asked))).require("default", granted, request(requested));
    }

    private static void assertInvalid(String error, ThrowingCallable call) {
        assertThat(catchThrowableOfType(TokenRequestError.class, call).body().error())
                .isEqualTo(error);
    }

    /** As if the others were not configured: their scopes and APIs count for nobody here. */
    @ParameterizedTest
    @CsvSource({
        "orders:write, '', orders",
        "mail, '', default",
        "'', https://orders.example.com, orders",
        "orders:read, '', orders",
        "'', '', default",
        "'', urn:mail, whatever",
    })
    void onlyTokensOfTheEntranceAreSelected(String scope, String api, String name) {
        Entrance ofOrders = new Entrance("orders", Set.of("orders", "whatever"));
        GrantRequest request = api.isEmpty() ? request(scope) : request(scope, api);

        assertThat(selection.select(request, ofOrders)).isEqualTo(name);
    }

    /** Whether the caller names nothing, a scope or an API: nothing else could be meant. */
    @Test
    void theOnlyTokenOfAnEntranceNeedsNoSelector() {
        Entrance ofOrders = new Entrance("orders", Set.of("orders"));
        Entrance ofWhatever = new Entrance("whatever", Set.of("whatever"));

        assertThat(selection.select(request(""), ofOrders)).isEqualTo("orders");
        assertThat(selection.select(request("mail"), ofOrders)).isEqualTo("orders");
        assertThat(selection.select(request(""), ofWhatever)).isEqualTo("whatever");
        assertThat(selection.select(request("", "urn:mail"), ofWhatever)).isEqualTo("whatever");
        assertInvalid("invalid_target", () -> selection.select(request("", "urn:mail"), ofOrders));
    }
}
