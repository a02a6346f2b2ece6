package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged sidecar checks tokens: JWTs by the keys of their issuer, opaque tokens at its introspection endpoint. */
class IntrospectionIT {

    private static final String NAME = "SIDECAR_INTROSPECTION_SHOP_";
    private static final String SECRET = "secret-of-all-callers";

    private final SidecarTestBed testBed;
    private SidecarProcess sidecar;

    @SuppressWarnings("NullAway.Init") // see start
    IntrospectionIT(@TempDir Path directory) {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target/introspection-it.log"),
                DemoOptions.builder()
                        .accessTokenLifetime(Duration.ofSeconds(300))
                        .build());
        testBed.set(NAME + "ISSUER", testBed.server().issuer());
        testBed.set(NAME + "AUDIENCE", "demo-api");
        testBed.set(NAME + "METHOD", "mixed");
        testBed.set(NAME + "REQUIRED_SCOPE", "read");
        testBed.set(NAME + "SERVER_CLIENT", "default");
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller-secret", SECRET));
        testBed.set("QUARKUS_LOG_LEVEL", "TRACE");
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

    private String tokenOf(String user, String query) {
        URI login = URI.create(testBed.server().issuer() + "/users/" + user + "/token" + query);
        return new JsonObject(testBed.post(login, "", Map.of()).body()).getString("access_token");
    }

    private String jwtOf(String user) {
        return tokenOf(user, "?format=jwt");
    }

    private HttpResponse<String> post(String form) {
        return testBed.post(sidecar.api("/introspect"), form, Map.of("X-Sidecar-Secret", SECRET));
    }

    private HttpResponse<String> introspect(String token) {
        return post("token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
    }

    private JsonObject answer(String token) {
        HttpResponse<String> response = introspect(token);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    /** Keys are fetched ahead, so the first caller waits for nothing; but a test may be faster than the start. */
    @Test
    void aJwtIsCheckedWithTheKeysOfItsIssuer() {
        HttpResponse<String> response = introspect(jwtOf("anna"));

        JsonObject answer = new JsonObject(response.body());
        assertThat(answer.getBoolean("active")).isTrue();
        assertThat(answer.getString("sub")).isEqualTo("anna");
        assertThat(answer.getString("scope")).isEqualTo("read write");
        assertThat(answer.getString("client_id")).isEqualTo("demo-frontend");
        assertThat(answer.getString("token_type")).isEqualTo("Bearer");
        assertThat(answer.fieldNames()).contains("iss", "aud", "exp", "iat", "jti");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json;charset=UTF-8");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(testBed.server().introspections()).isZero();
    }

    @Test
    void anOpaqueTokenIsAskedAboutOnce() {
        String token = tokenOf("bert", "");

        assertThat(answer(token).getString("sub")).isEqualTo("bert");
        assertThat(answer(token).getBoolean("active")).isTrue();

        assertThat(testBed.server().introspections()).isEqualTo(1);
    }

    @Test
    void nobodyLearnsWhyATokenIsNotActive() throws Exception {
        String jwt = jwtOf("anna");
        String altered = jwt.substring(0, jwt.lastIndexOf('.') + 1) + "AAAA";

        assertThat(introspect(altered).body()).isEqualTo("{\"active\":false}");
        assertThat(introspect("unknown").body()).isEqualTo("{\"active\":false}");

        sidecar.awaitLog("a token is not active issuer=shop reason=signature tokens=1");
        sidecar.awaitLog("a token is not active issuer=shop reason=server tokens=1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 400 | invalid_request | send the token as token=...",
                "token= | 400 | invalid_request | send the token as token=...",
                "token_type_hint=access_token | 400 | invalid_request | send the token as token=...",
                "token=a&token=b | 400 | invalid_request | send token once",
            })
    void aMalformedRequestIsAnError(String form, int status, String error, String description) {
        HttpResponse<String> response = post(form);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject().put("error", error).put("error_description", description));
    }

    @Test
    void noTokenHasToBeConfigured(@TempDir Path another) throws Exception {
        try (SidecarTestBed alone =
                new SidecarTestBed(another, Path.of("target/introspection-alone-it.log"), DemoOptions.defaults())) {
            alone.withoutToken();
            alone.set(NAME + "ISSUER", testBed.server().issuer());
            alone.set(NAME + "AUDIENCE", "demo-api");
            try (SidecarProcess checker = alone.start()) {
                checker.awaitStarted();

                assertThat(alone.post(checker.api("/introspect"), "token=" + jwtOf("anna"), Map.of())
                                .body())
                        .contains("\"active\":true");
                assertThat(alone.get(checker.api("/token")).statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    void theCallerSecretIsRequiredAndMayBeAClientSecret() {
        String token = jwtOf("anna");

        assertThat(testBed.post(sidecar.api("/introspect"), "token=" + token, Map.of())
                        .statusCode())
                .isEqualTo(403);
        assertThat(testBed.post(
                                sidecar.api("/introspect"),
                                "client_id=app&client_secret=" + SECRET + "&token=" + token,
                                Map.of())
                        .body())
                .contains("\"active\":true");
    }

    @Test
    void whenTheServerIsDownJwtsAreCheckedAndOpaqueTokensAreNotInactive() {
        String jwt = jwtOf("anna");
        String opaque = tokenOf("anna", "");
        assertThat(answer(jwt).getBoolean("active")).isTrue();
        testBed.server().close();

        assertThat(answer(jwt).getBoolean("active")).isTrue();
        HttpResponse<String> response = introspect(opaque);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("temporarily_unavailable");
    }

    @Test
    void neitherLogNorMetricsNorStatusContainATokenOrAClaim() throws Exception {
        String jwt = jwtOf("wilhelmina");
        String opaque = tokenOf("wilhelmina", "");
        assertThat(answer(jwt).getBoolean("active")).isTrue();
        assertThat(answer(opaque).getBoolean("active")).isTrue();
        String forged = jwt.substring(0, jwt.lastIndexOf('.') + 1) + "c2lnbmF0dXJlLW9mLW5vYm9keQ";
        assertThat(answer(forged).getBoolean("active")).isFalse();
        SecretSearch search = new SecretSearch();
        search.addInAnyForm(List.of(jwt, opaque, forged, jwt.split("\\.", -1)[1], "wilhelmina"));

        String metrics = testBed.get(sidecar.management("/q/metrics")).body();
        String status = testBed.get(sidecar.api("/status"), Map.of("X-Sidecar-Secret", SECRET))
                .body();

        assertThat(sidecar.log()).contains("TRACE");
        assertThat(search.leaks(
                        Map.of("log", List.of(sidecar.log()), "metrics", List.of(metrics), "status", List.of(status))))
                .isEmpty();
        assertThat(metrics)
                .containsPattern(
                        "token_sidecar_introspections_total\\{issuer=\"shop\",outcome=\"active\",reason=\"none\",?} 2")
                .containsPattern("token_sidecar_introspections_total\\{issuer=\"shop\",outcome=\"inactive\","
                        + "reason=\"signature\",?} 1")
                .containsPattern("token_sidecar_introspection_key_fetches_total\\{issuer=\"shop\",outcome=\"success\","
                        + "reason=\"schedule\",?} 1")
                .containsPattern("token_sidecar_introspection_keys\\{issuer=\"shop\",?} 1")
                .containsPattern("token_sidecar_introspection_keys_age_seconds\\{issuer=\"shop\",?} ")
                .containsPattern("token_sidecar_introspection_request_seconds_count\\{issuer=\"shop\","
                        + "outcome=\"success\",?} 1");
    }
}
