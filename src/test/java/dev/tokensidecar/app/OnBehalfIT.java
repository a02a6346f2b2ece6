package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged sidecar exchanges the tokens of users, at a server that knows who they are. */
class OnBehalfIT {

    private static final String NAME = "SIDECAR_TOKENS_ORDERS_";
    private static final String EXCHANGE = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&subject_token=";

    private final int port = ChildProcess.freePort();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SidecarTestBed testBed;
    private SidecarProcess sidecar;

    @SuppressWarnings("NullAway.Init") // see start
    OnBehalfIT(@TempDir Path directory) {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target/on-behalf-it.log"),
                DemoOptions.builder()
                        .accessTokenLifetime(Duration.ofSeconds(300))
                        .build());
        configure("ORDERS", "token_exchange");
        testBed.set(NAME + "GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
        testBed.set(NAME + "GRANT_SCOPE", "read write");
        testBed.set("SIDECAR_FORWARD_ORDERS_TARGET", testBed.server().issuer());
        testBed.set("SIDECAR_FORWARD_ORDERS_PORT", Integer.toString(port));
        testBed.set("SIDECAR_FORWARD_ORDERS_TOKEN", "orders");
        testBed.set("SIDECAR_FORWARD_ORDERS_SUBJECT", "caller-authorization");
        configure("IDP", "token_exchange");
        testBed.set("SIDECAR_TOKENS_IDP_GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
        testBed.set("SIDECAR_TOKENS_IDP_GRANT_REQUESTED_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:id-jag");
        configure("PARTNER", "jwt_bearer");
        testBed.set("SIDECAR_TOKENS_PARTNER_EXCHANGE_ASSERTION_TOKEN", "idp");
        testBed.set("QUARKUS_LOG_LEVEL", "TRACE");
    }

    private void configure(String name, String grant) {
        String prefix = "SIDECAR_TOKENS_" + name + "_";
        testBed.set(
                prefix + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT", testBed.server().tokenEndpoint());
        testBed.set(prefix + "CLIENT_ID", DemoOptions.CLIENT_ID);
        testBed.set(prefix + "CLIENT_SECRET_FILE", testBed.write("client-secret", DemoOptions.CLIENT_SECRET));
        testBed.set(prefix + "GRANT_TYPE", grant);
        testBed.set(prefix + "GRANT_SUBJECT", "request");
    }

    @BeforeEach
    void start() throws Exception {
        sidecar = testBed.start();
        sidecar.awaitLive();
    }

    @AfterEach
    void close() {
        sidecar.close();
        testBed.close();
    }

    private HttpRequest post(URI uri, String form) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    /** Returns the token with which somebody calls the application. */
    private String tokenOf(String user) throws Exception {
        URI login = URI.create(testBed.server().issuer() + "/users/" + user + "/token");
        return new JsonObject(send(post(login, "")).body()).getString("access_token");
    }

    private HttpRequest exchange(String subjectToken) {
        return post(sidecar.api("/tokens/orders"), EXCHANGE + encoded(subjectToken));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String accessToken(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body()).getString("access_token");
    }

    /** Asks the API whom a token is for. */
    private String subject(String accessToken) throws Exception {
        HttpRequest call = HttpRequest.newBuilder(URI.create(testBed.server().issuer() + "/api"))
                .header("Authorization", "Bearer " + accessToken)
                .build();
        return new JsonObject(send(call).body()).getString("sub");
    }

    /** Returns the number of exchanges so far. The sidecar has a token of its own, too. */
    private long exchanges() {
        return testBed.server().requests().stream()
                .filter(request -> request.form().containsKey("subject_token"))
                .count();
    }

    @Test
    void aUsersTokenBecomesOneForTheApi() throws Exception {
        String anna = tokenOf("anna");
        long before = exchanges();

        HttpResponse<String> response = send(exchange(anna));

        JsonObject body = new JsonObject(response.body());
        assertThat(body.fieldNames())
                .containsExactly("access_token", "issued_token_type", "token_type", "expires_in", "scope");
        assertThat(body.getString("token_type")).isEqualTo("Bearer");
        assertThat(body.getInteger("expires_in")).isBetween(290, 300);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(accessToken(response)).isNotEqualTo(anna);
        assertThat(subject(accessToken(response))).isEqualTo("anna");

        assertThat(accessToken(send(exchange(anna)))).isEqualTo(accessToken(response));

        assertThat(exchanges() - before)
                .as("the second call is served from memory")
                .isEqualTo(1);
    }

    /** Each of 200 users asks several times, all at the same time and in random order. */
    @Test
    void nobodyGetsTheTokenOfSomebodyElse() throws Exception {
        List<String> users =
                IntStream.range(0, 200).mapToObj(user -> "user-" + user).toList();
        List<String> tokens = new ArrayList<>();
        for (String user : users) {
            tokens.add(tokenOf(user));
        }
        long before = exchanges();
        List<Integer> callers = new ArrayList<>(
                new Random(1).ints(2000, 0, users.size()).boxed().toList());
        IntStream.range(0, users.size()).forEach(callers::add);
        List<CompletableFuture<HttpResponse<String>>> responses = callers.stream()
                .map(user -> client.sendAsync(exchange(tokens.get(user)), BodyHandlers.ofString()))
                .toList();

        for (int call = 0; call < callers.size(); call++) {
            String token = accessToken(responses.get(call).join());
            assertThat(subject(token)).isEqualTo(users.get(callers.get(call)));
        }
        assertThat(exchanges() - before).as("one exchange for each user").isEqualTo(200);
        assertThat(testBed.server().stats().maxInFlight()).isLessThanOrEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grant_type=client_credentials | unsupported_grant_type | this token is for grant_type=urn:",
                "scope=read | invalid_request | send grant_type=urn:",
                "{exchange}{anna}&audience=other | invalid_request | audience is not for callers to choose",
                "{exchange}{anna}&requested_token_use=on_behalf_of | invalid_request"
                        + " | requested_token_use is not a field of this request: leave it out",
                "{exchange}{anna}&r%20=1 | invalid_request | a field is not a field of this request: leave it out",
                "{exchange}{anna}&subject_token=again | invalid_request | send subject_token once",
                "{exchange}{anna}&scope=admin | invalid_scope | the scope is more than what is configured",
                "{exchange}{anna}&scope=%20 | invalid_scope | the scope is blank",
                "{exchange}{anna}#&scope=admin | invalid_scope | the scope is more than what is configured",
            })
    void whatACallerMayNotAskForIsAnError(String form, String error, String description) throws Exception {
        String filled = form.replace("{exchange}", EXCHANGE).replace("{anna}", tokenOf("anna"));

        HttpResponse<String> response = send(post(sidecar.api("/tokens/orders"), filled));

        assertThat(response.statusCode()).isEqualTo(400);
        JsonObject body = new JsonObject(response.body());
        assertThat(body.getString("error")).isEqualTo(error);
        assertThat(body.getString("error_description")).startsWith(description);
        assertThat(body.containsKey("action")).as("who has to do something").isFalse();
    }

    @Test
    void aUserWhoseTokenTheServerRejectsHasToLogInAgain() throws Exception {
        HttpResponse<String> response = send(exchange("an-unknown-token"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject()
                        .put("error", "invalid_request")
                        .put(
                                "error_description",
                                "the authorization server answered 400 invalid_request:"
                                        + " the subject token is unknown, has expired or was revoked")
                        .put("action", "reauthenticate"));
    }

    @Test
    void scopesThatNobodyConfiguredAreNotForCallers() throws Exception {
        HttpResponse<String> response =
                send(post(sidecar.api("/tokens/idp"), EXCHANGE + encoded(tokenOf("anna")) + "&scope=read"));

        assertThat(new JsonObject(response.body()).getString("error_description"))
                .isEqualTo("no scope is configured: leave the field out, or have the scopes configured as grant.scope");
    }

    @Test
    void aMisspeltNameIsNotARequestForAnotherGrant() throws Exception {
        HttpResponse<String> response = send(post(sidecar.api("/tokens/order"), EXCHANGE + "anything"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("unknown_token");
    }

    @Test
    void aCallerMayAskForLess() throws Exception {
        HttpResponse<String> response =
                send(post(sidecar.api("/tokens/orders"), EXCHANGE + encoded(tokenOf("anna")) + "&scope=read"));

        assertThat(new JsonObject(response.body()).getString("scope")).isEqualTo("read");
    }

    @Test
    void aTokenThatTheApiRejectsIsExchangedAnew() throws Exception {
        String anna = tokenOf("anna");
        String rejected = accessToken(send(exchange(anna)));
        HttpRequest report = HttpRequest.newBuilder(sidecar.api("/tokens/orders/rejected"))
                .header("Authorization", "Bearer " + rejected)
                .POST(BodyPublishers.noBody())
                .build();

        assertThat(send(report).statusCode()).isEqualTo(204);

        assertThat(accessToken(send(exchange(anna)))).isNotEqualTo(rejected);
    }

    @Test
    void aForwardedRequestReachesTheApiOnBehalfOfItsUser() throws Exception {
        String anna = tokenOf("anna");
        String ben = tokenOf("ben");
        long before = exchanges();

        assertThat(forwarded(anna).body()).contains("\"sub\":\"anna\"");
        assertThat(forwarded(ben).body()).contains("\"sub\":\"ben\"");
        assertThat(forwarded(anna).body()).contains("\"sub\":\"anna\"");
        assertThat(exchanges() - before).isEqualTo(2);
    }

    @Test
    void aForwardedRequestWithoutAUserOrWithARejectedOneNeverReachesTheApi() throws Exception {
        HttpResponse<String> without = testBed.get(route());
        HttpResponse<String> rejected = forwarded("unknown-token-of-a-user");

        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.body()).contains("user_token_required");
        assertThat(rejected.statusCode()).isEqualTo(401);
        assertThat(rejected.body()).contains("user_token_rejected");
        assertThat(rejected.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
    }

    private URI route() {
        return URI.create("http://127.0.0.1:" + port + "/api");
    }

    private HttpResponse<String> forwarded(String user) throws Exception {
        return send(HttpRequest.newBuilder(route())
                .header("Authorization", "Bearer " + user)
                .build());
    }

    /** The identity provider issues an assertion for the server of a partner (ID-JAG), which accepts it once. */
    @Test
    void anAssertionOfTheIdentityProviderBecomesATokenOfAPartner() throws Exception {
        String anna = tokenOf("anna");
        HttpRequest request = post(sidecar.api("/tokens/partner"), EXCHANGE + encoded(anna));

        String token = accessToken(send(request));

        assertThat(subject(token)).isEqualTo("anna");
        assertThat(accessToken(send(request))).isEqualTo(token);
        assertThat(testBed.server().requests().stream()
                        .map(sent -> String.valueOf(sent.form().get("requested_token_type")))
                        .filter(type -> type.endsWith(":id-jag")))
                .hasSize(1);
    }

    @Test
    void thereIsNoTokenWithoutAUser() throws Exception {
        HttpResponse<String> response = testBed.get(sidecar.api("/tokens/orders"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("send the token of the user by POST");
    }

    @Test
    void aServerThatIsDownIsNotTheUsersFault() throws Exception {
        String anna = tokenOf("anna");
        testBed.server().faults().always(Fault.status(503));

        HttpResponse<String> response = send(exchange(anna));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("temporarily_unavailable");
    }

    @Test
    void theLogContainsNoTokenOfAUser() throws Exception {
        String anna = tokenOf("anna");
        SecretSearch search = new SecretSearch();
        search.addInAnyForm(List.of(anna, accessToken(send(exchange(anna))), "rejected-token-of-a-user"));
        assertThat(send(exchange("rejected-token-of-a-user")).statusCode()).isEqualTo(400);
        assertThat(forwarded("rejected-token-of-a-user").statusCode()).isEqualTo(401);
        search.addInAnyForm(List.of(accessToken(send(post(sidecar.api("/tokens/partner"), EXCHANGE + encoded(anna))))));

        assertThat(sidecar.log()).contains("TRACE");
        assertThat(search.leaks(Map.of("log", List.of(sidecar.log())))).isEmpty();
    }

    @Test
    void metricsCountExchangesAndNameNobody() throws Exception {
        String anna = tokenOf("anna");
        String token = accessToken(send(exchange(anna)));
        var unused = send(exchange(anna));

        String metrics = testBed.get(sidecar.management("/q/metrics")).body();

        assertThat(metrics)
                .containsPattern("token_sidecar_exchange_calls_total\\{served_by=\"cache\",token=\"orders\",?} 1.0")
                .containsPattern("token_sidecar_exchange_seconds_count\\{outcome=\"success\",token=\"orders\",?} 1")
                .containsPattern("token_sidecar_exchange_cache_entries\\{token=\"orders\",?} 1.0")
                .doesNotContain(anna, token, "anna");
        assertThat(testBed.get(sidecar.api("/status")).body()).doesNotContain(anna, token, "anna");
    }
}
