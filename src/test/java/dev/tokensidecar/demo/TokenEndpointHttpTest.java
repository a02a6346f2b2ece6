package dev.tokensidecar.demo;

import static dev.tokensidecar.demo.DemoClient.BASIC;
import static dev.tokensidecar.demo.DemoClient.basic;
import static dev.tokensidecar.demo.DemoClient.form;
import static dev.tokensidecar.demo.DemoClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEndpointHttpTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private DemoAuthorizationServer server = DemoAuthorizationServer.start(
            VERTX,
            DemoOptions.builder()
                    .clock(() -> NOW)
                    .client("odd id:%", "odd secret+&é")
                    .build());
    private DemoClient client = new DemoClient(server);

    @AfterEach
    void close() {
        server.close();
    }

    @AfterAll
    static void closeVertx() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void refreshTokenYieldsAnAccessTokenAndItsSuccessor() throws IOException {
        String first = server.newSession();

        HttpResponse<String> response = client.refresh(first);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.headers().firstValue("Date")).hasValue("Thu, 1 Jan 2026 00:00:00 GMT");
        assertThat(json(response).fieldNames())
                .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "scope", "refresh_token");
        assertThat(json(response).getString("token_type")).isEqualTo("Bearer");
        assertThat(json(response).getValue("expires_in")).isEqualTo(30);
        assertThat(json(response).getString("scope")).isEqualTo("read write");
        assertThat(json(response).getString("refresh_token")).isNotEqualTo(first);
        assertThat(client.refresh(json(response).getString("refresh_token")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void reusedRefreshTokenRevokesTheSession() throws IOException {
        String first = server.newSession();
        JsonObject granted = json(client.refresh(first));

        HttpResponse<String> reuse = client.refresh(first);
        assertThat(reuse.statusCode()).isEqualTo(400);
        assertThat(json(reuse).getString("error")).isEqualTo("invalid_grant");
        assertThat(json(client.refresh(granted.getString("refresh_token"))).getString("error"))
                .isEqualTo("invalid_grant");
        assertThat(client.api(granted.getString("access_token")).statusCode()).isEqualTo(401);
        assertThat(server.stats().reuseDetections()).isEqualTo(1);
    }

    @Test
    void theScopeOpenidYieldsAnIdToken() throws IOException {
        String form = "grant_type=refresh_token&scope=openid+read&refresh_token=" + server.newSession();

        JsonObject granted = json(client.send(client.tokenRequest(BASIC, form)));

        assertThat(granted.getString("scope")).isEqualTo("openid read");
        String claims = granted.getString("id_token").split("\\.", -1)[1];
        assertThat(new JsonObject(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8)))
                .isEqualTo(new JsonObject()
                        .put("iss", server.issuer())
                        .put("sub", "demo-user")
                        .put("aud", DemoOptions.CLIENT_ID)
                        .put("iat", NOW.getEpochSecond())
                        .put("exp", NOW.getEpochSecond() + 30));
        assertThat(json(client.refresh(granted.getString("refresh_token"))).fieldNames())
                .doesNotContain("id_token");
    }

    @Test
    void clientCredentialsYieldNoRefreshToken() throws IOException {
        HttpResponse<String> response = client.clientCredentials();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).fieldNames())
                .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "scope");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            grant_type=password                                   | 400 | unsupported_grant_type
            scope=read                                            | 400 | invalid_request
            grant_type=                                           | 400 | invalid_request
            grant_type=refresh_token                              | 400 | invalid_request
            grant_type=refresh_token&refresh_token=               | 400 | invalid_request
            grant_type=refresh_token&refresh_token=nobodys        | 400 | invalid_grant
            grant_type=client_credentials&scope=admin             | 400 | invalid_scope
            grant_type=client_credentials&scope=openid            | 400 | invalid_scope
            grant_type=client_credentials&scope=read&scope=write  | 400 | invalid_request
            grant_type=client_credentials&client_secret=x         | 400 | invalid_request
            """)
    void invalidRequestsAreRejected(String form, int status, String error) throws IOException {
        HttpResponse<String> response = client.send(client.tokenRequest(BASIC, form));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("error")).isEqualTo(error);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/json                | {"grant_type":"client_credentials"}
            text/plain                      | grant_type=client_credentials
            multipart/form-data; boundary=b | --b~Content-Disposition: form-data; name="grant_type"~~client_credentials~--b--~
            """)
    void onlyUrlEncodedFormsAreRead(String contentType, String body) throws IOException {
        HttpResponse<String> response = client.send(client.at("/token")
                .header("Authorization", BASIC)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body.replace("~", "\r\n")))
                .build());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("error")).isEqualTo("invalid_request");
    }

    @Test
    void tokenEndpointAcceptsOnlyPost() throws IOException {
        assertThat(client.get("/token").statusCode()).isEqualTo(405);
    }

    @Test
    void scopeCanBeNarrowedAndNotWidened() throws IOException {
        String first = server.newSession();
        String form = form("grant_type", "refresh_token", "refresh_token", first);

        HttpResponse<String> wider = client.send(client.tokenRequest(BASIC, form + "&scope=read+admin"));
        HttpResponse<String> narrower = client.send(client.tokenRequest(BASIC, form + "&scope=read"));

        assertThat(json(wider).getString("error")).isEqualTo("invalid_scope");
        assertThat(json(narrower).getString("scope")).isEqualTo("read");
    }

    @Test
    void basicCredentialsAreFormEncoded() throws IOException {
        HttpResponse<String> response = client.send(
                client.tokenRequest(basic("odd id:%", "odd secret+&é"), form("grant_type", "client_credentials")));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic !!!", "Basic bm9jb2xvbg==", "Bearer x", "Basic JTpiYWQ="})
    void malformedCredentialsAreRejectedWithAChallenge(String authorization) throws IOException {
        HttpResponse<String> response =
                client.send(client.tokenRequest(authorization, form("grant_type", "client_credentials")));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(json(response).getString("error")).isEqualTo("invalid_client");
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            demo-client | demo-secret | 200 | -
            demo-client | wrong       | 401 | invalid_client
            demo-client | -           | 401 | invalid_client
            demo-public | -           | 400 | unauthorized_client
            demo-public | anything    | 401 | invalid_client
            nobody      | -           | 401 | invalid_client
            -           | -           | 401 | invalid_client
            """)
    void clientsWithoutBasic(String id, String secret, int status, String error) throws IOException {
        String form = form("grant_type", "client_credentials")
                + (id == null ? "" : "&client_id=" + id)
                + (secret == null ? "" : "&client_secret=" + secret);

        HttpResponse<String> response = client.send(client.anonymousTokenRequest(form));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("error")).isEqualTo(error);
        assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    void publicClientRefreshesWithItsIdOnly() throws IOException {
        String first = server.newSession("demo-public");
        String form = form("grant_type", "refresh_token", "refresh_token", first);

        assertThat(json(client.send(client.tokenRequest(BASIC, form))).getString("error"))
                .isEqualTo("invalid_grant");
        assertThat(client.send(client.anonymousTokenRequest(form + "&client_id=demo-public"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void clientSecretCanChange() throws IOException {
        server.changeClientSecret("demo-client", "newer");

        assertThat(client.clientCredentials().statusCode()).isEqualTo(401);
        assertThat(client.send(client.tokenRequest(
                                basic("demo-client", "newer"), form("grant_type", "client_credentials")))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
    void discoveryNamesTheTokenEndpoint(String path) throws IOException {
        JsonObject metadata = json(client.get(path));

        assertThat(metadata.getString("issuer")).isEqualTo(server.issuer());
        assertThat(metadata.getString("token_endpoint")).isEqualTo(server.tokenEndpoint());
        assertThat(server.tokenEndpoint()).isEqualTo("http://127.0.0.1:" + server.port() + "/token");
        assertThat(metadata.getJsonArray("grant_types_supported"))
                .isEqualTo(JsonArray.of(
                        "refresh_token",
                        "client_credentials",
                        "urn:ietf:params:oauth:grant-type:token-exchange",
                        "urn:ietf:params:oauth:grant-type:jwt-bearer"));
        assertThat(metadata.getJsonArray("token_endpoint_auth_methods_supported"))
                .isEqualTo(JsonArray.of("client_secret_basic", "client_secret_post", "none"));
    }

    @Test
    void issuerIsConfigurable() throws IOException {
        restart(DemoOptions.builder().issuer("http://localhost:1").build());

        assertThat(json(client.get("/.well-known/openid-configuration")).getString("token_endpoint"))
                .isEqualTo("http://localhost:1/token");
    }

    @Test
    void accessTokensCanBeJwts() throws IOException {
        restart(DemoOptions.builder().jwt(true).clock(() -> NOW).build());

        String[] parts =
                json(client.clientCredentials()).getString("access_token").split("\\.");

        assertThat(parts).hasSize(3);
        JsonObject claims = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        assertThat(claims.getString("iss")).isEqualTo(server.issuer());
        assertThat(claims.getString("sub")).isEqualTo("demo-client");
        assertThat(claims.getLong("iat")).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.getLong("exp")).isEqualTo(NOW.getEpochSecond() + 30);
        assertThat(claims.getString("jti")).isNotEmpty();
    }

    @Test
    void theSignatureOfAJwtIsThatOfThePublishedKey() throws Exception {
        restart(DemoOptions.builder().jwt(true).build());
        String jwt = json(client.clientCredentials()).getString("access_token");
        String keys = json(client.get("/.well-known/openid-configuration")).getString("jwks_uri");
        assertThat(keys).startsWith(server.issuer());

        JsonObject key = json(client.get(keys.substring(server.issuer().length())))
                .getJsonArray("keys")
                .getJsonObject(0);

        assertThat(key.getString("kty")).isEqualTo("EC");
        int end = jwt.lastIndexOf('.');
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(publicKey(key));
        signature.update(jwt.substring(0, end).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(jwt.substring(end + 1))))
                .isTrue();
        JsonObject header = new JsonObject(
                new String(Base64.getUrlDecoder().decode(jwt.substring(0, jwt.indexOf('.'))), StandardCharsets.UTF_8));
        assertThat(header.getString("alg")).isEqualTo(key.getString("alg"));
        assertThat(header.getString("kid")).isEqualTo(key.getString("kid"));
    }

    private static PublicKey publicKey(JsonObject key) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(coordinate(key, "x"), coordinate(key, "y"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger coordinate(JsonObject key, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.getString(name)));
    }

    @Test
    void refreshTokensCanHaveALifetime() throws IOException {
        restart(DemoOptions.builder()
                .refreshTokenLifetime(Duration.ofMinutes(5))
                .clock(() -> NOW)
                .build());

        assertThat(json(client.refresh(server.newSession())).getValue("refresh_expires_in"))
                .isEqualTo(300);
    }

    @Test
    void withoutRotationTheResponseHasNoRefreshToken() throws IOException {
        restart(DemoOptions.builder().rotation(false).build());
        String only = server.newSession();

        assertThat(json(client.refresh(only)).fieldNames())
                .contains("access_token")
                .doesNotContain("refresh_token");
        assertThat(client.refresh(only).statusCode()).isEqualTo(200);
    }

    @Test
    void withinTheGracePeriodALostResponseIsReplaced() throws IOException {
        restart(DemoOptions.builder()
                .grace(Duration.ofSeconds(10))
                .clock(() -> NOW)
                .build());
        String first = server.newSession();

        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
        assertThat(server.stats().reuseDetections()).isZero();
    }

    @Test
    void killedSessionsAreRevoked() throws IOException {
        String one = server.newSession();
        String two = server.newSession();

        server.killSession(one);
        assertThat(client.refresh(one).statusCode()).isEqualTo(400);
        assertThat(client.refresh(two).statusCode()).isEqualTo(200);
    }

    private void restart(DemoOptions options) {
        server.close();
        server = DemoAuthorizationServer.start(VERTX, options);
        client = new DemoClient(server);
    }
}
