package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged sidecar signs what it presents, for servers that know its public key. */
@Timeout(120)
class SelfSignedIT {

    private static final String ASSERTION = "SIDECAR_TOKEN_GRANT_ASSERTION_";

    private final KeyPair keys;
    private final SidecarTestBed testBed;

    SelfSignedIT(@TempDir Path directory) throws Exception {
        keys = PrivateKeys.rsa(2048);
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "self-signed-it.log"),
                DemoOptions.builder()
                        .accessTokenLifetime(Duration.ofMinutes(10))
                        .assertionKey("orders", keys.getPublic())
                        .build());
        for (String unused : List.of("CLIENT_ID", "CLIENT_SECRET_FILE", "STORE_REFRESH_TOKEN_FILE", "STORE_FILE")) {
            testBed.set("SIDECAR_TOKEN_" + unused, "");
        }
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "jwt_bearer");
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "none");
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("QUARKUS_LOG_LEVEL", "DEBUG");
        writeKey(keys);
        testBed.set(ASSERTION + "ISSUER", "orders");
        testBed.set(ASSERTION + "SUBJECT", "alice");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void eachGrantHasAnAssertionOfItsOwn() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_SCOPE", "read");
        testBed.set(ASSERTION + "SCOPE_CLAIM", "true");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            JsonObject first = token(sidecar);
            testBed.server().revokeAccessTokens();
            JsonObject second = new JsonObject(reject(sidecar, first).body());

            assertThat(testBed.apiAccepts(second.getString("access_token"))).isTrue();
            assertThat(second.getString("scope")).isEqualTo("read");
            assertThat(testBed.server().requests())
                    .extracting(request -> request.form().get("assertion"))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
            assertNoSecrets(sidecar, first.getString("access_token"), second.getString("access_token"));
        }
    }

    @Test
    void aKeyThatTheServerDoesNotKnowIsAConfigurationErrorUntilItIsReplaced() throws Exception {
        writeKey(PrivateKeys.rsa(2048));
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_INITIAL", "100ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "200ms");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("error=invalid_grant");

            HttpResponse<String> failed = testBed.get(sidecar.api("/token"));
            assertThat(failed.statusCode()).isEqualTo(500);
            assertThat(new JsonObject(failed.body()).getString("error")).isEqualTo("configuration");
            assertThat(failed.body()).contains("whether the server knows the public key");

            writeKey(keys);
            sidecar.awaitStarted();
            assertThat(testBed.apiAccepts(token(sidecar).getString("access_token")))
                    .isTrue();
        }
    }

    @Test
    void aTokenThatTheSidecarSignsItselfNeedsNoServer() throws Exception {
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", "");
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "");
        testBed.set("SIDECAR_TOKEN_PROVIDER", "snowflake");
        testBed.set(ASSERTION + "ISSUER", "ORG-ACCOUNT.ORDERS.SHA256:{public_key_sha256}");
        testBed.set(ASSERTION + "SUBJECT", "ORG-ACCOUNT.ORDERS");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            JsonObject token = token(sidecar);

            JwtClaims claims = verify(token.getString("access_token"));
            assertThat(claims.getIssuer()).startsWith("ORG-ACCOUNT.ORDERS.SHA256:");
            assertThat(claims.getSubject()).isEqualTo("ORG-ACCOUNT.ORDERS");
            assertThat(claims.getClaimNames()).containsExactlyInAnyOrder("iss", "sub", "iat", "exp");
            assertThat(token.getLong("expires_in")).isBetween(3500L, 3600L);
            assertThat(testBed.server().requests()).isEmpty();
            assertNoSecrets(sidecar, token.getString("access_token"));
        }
    }

    @Test
    void anInstallationOfAGitHubAppGetsItsToken() throws Exception {
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", "");
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "");
        testBed.set(ASSERTION + "SUBJECT", "");
        testBed.set("SIDECAR_TOKEN_PROVIDER", "github_app");
        testBed.set("SIDECAR_TOKEN_REFRESH_ENDPOINT_FIELDS", "/repositories/0=shop,/permissions/contents=read");
        try (Installations installations = new Installations()) {
            testBed.set("SIDECAR_TOKEN_REFRESH_ENDPOINT_URL", installations.address(4711));
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                JsonObject token = token(sidecar);

                assertThat(token.getString("access_token")).isEqualTo("ghs_1");
                assertThat(token.getLong("expires_in")).isBetween(3500L, 3600L);
                assertThat(installations.bodies)
                        .containsExactly("{\"repositories\":[\"shop\"],\"permissions\":{\"contents\":\"read\"}}");
                assertNoSecrets(sidecar, "ghs_1");
            }
            testBed.set("SIDECAR_TOKEN_REFRESH_ENDPOINT_URL", installations.address(4712));
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitLog("error=http_404");

                assertThat(testBed.get(sidecar.api("/token")).body())
                        .contains(
                                "\"configuration\"", "the refresh endpoint answered 404: Not Found; the sidecar signs");
            }
        }
    }

    private void writeKey(KeyPair pair) {
        testBed.set(ASSERTION + "KEY_FILE", testBed.write("private-key.pem", PrivateKeys.pem(pair)));
    }

    private JsonObject token(SidecarProcess sidecar) {
        return new JsonObject(testBed.get(sidecar.api("/token"), Map.of()).body());
    }

    private HttpResponse<String> reject(SidecarProcess sidecar, JsonObject token) {
        return testBed.post(
                sidecar.api("/token/rejected"),
                "",
                Map.of("Authorization", "Bearer " + token.getString("access_token")));
    }

    private JwtClaims verify(String jwt) throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setVerificationKey(keys.getPublic())
                .setSkipDefaultAudienceValidation()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .build()
                .processToClaims(jwt);
    }

    private void assertNoSecrets(SidecarProcess sidecar, String... tokens) {
        String output = sidecar.log()
                + testBed.get(sidecar.api("/status")).body()
                + testBed.get(sidecar.management("/q/metrics")).body()
                + testBed.get(sidecar.management("/q/health")).body();

        assertThat(output).doesNotContain(tokens).doesNotContain("PRIVATE KEY", "eyJ");
        assertThat(testBed.server().requests())
                .allSatisfy(request -> assertThat(output)
                        .doesNotContain(String.valueOf(request.form().get("assertion"))));
    }

    /** Issues the tokens of installation 4711 to whoever signs as the app, as GitHub does. */
    private final class Installations implements AutoCloseable {

        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final List<String> bodies = new CopyOnWriteArrayList<>();

        Installations() throws IOException {
            server.createContext("/app/installations/", this::respond);
            server.start();
        }

        String address(int installation) {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/app/installations/" + installation
                    + "/access_tokens";
        }

        private void respond(HttpExchange exchange) throws IOException {
            try (exchange) {
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                int status = status(exchange);
                JsonObject body = status == 201
                        ? new JsonObject()
                                .put("token", "ghs_1")
                                .put(
                                        "expires_at",
                                        Instant.now()
                                                .plus(1, ChronoUnit.HOURS)
                                                .truncatedTo(ChronoUnit.SECONDS)
                                                .toString())
                        : new JsonObject().put("message", status == 404 ? "Not Found" : "no");
                byte[] json = body.toBuffer().getBytes();
                exchange.sendResponseHeaders(status, json.length);
                exchange.getResponseBody().write(json);
            }
        }

        private int status(HttpExchange exchange) {
            try {
                String authorization = exchange.getRequestHeaders().getFirst("Authorization");
                JwtClaims claims = verify(authorization.replaceFirst("^Bearer ", ""));
                boolean accepted = "orders".equals(claims.getClaimValue("iss"))
                        && Set.of("iss", "iat", "exp").equals(Set.copyOf(claims.getClaimNames()))
                        && "application/vnd.github+json"
                                .equals(exchange.getRequestHeaders().getFirst("Accept"));
                boolean installed = exchange.getRequestURI().getPath().contains("/4711/");
                return accepted ? installed ? 201 : 404 : 400;
            } catch (InvalidJwtException invalid) {
                return 401;
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
