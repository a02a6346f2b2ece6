package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.SelfSignedJwt.Claims;
import dev.tokensidecar.oauth2.SelfSignedJwt.Use;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that signs its assertions, at a server that verifies them with the public key. */
@Timeout(60)
class SelfSignedGrantTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final Vertx vertx = Vertx.vertx();
    private final DemoAuthorizationServer server;
    private final Path file;

    SelfSignedGrantTest(@TempDir Path directory) throws Exception {
        KeyPair keys = PrivateKeys.rsa(2048);
        server = DemoAuthorizationServer.start(
                vertx.getDelegate(),
                DemoOptions.builder()
                        .assertionKey("orders", keys.getPublic())
                        .clock(CLOCK)
                        .build());
        file = Files.writeString(directory.resolve("private-key.pem"), PrivateKeys.pem(keys));
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.closeAndAwait();
    }

    @Test
    void eachRequestHasANewAssertionAndNoClientId() {
        AuthorizationServer client = client(claims(server.tokenEndpoint(), null));

        TokenResponse first = granted(client);
        TokenResponse second = granted(client);

        assertThat(first.accessToken()).isNotEqualTo(second.accessToken());
        assertThat(first.refreshToken()).isNull();
        assertThat(server.requests())
                .allSatisfy(request -> assertThat(request.form())
                        .containsOnlyKeys("grant_type", "assertion")
                        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"))
                .extracting(request -> request.form().get("assertion"))
                .doesNotHaveDuplicates();
        assertThat(client.initialGrant()).isEqualTo(InitialGrant.UNATTENDED);
    }

    @Test
    void theScopeMayBeAClaim() {
        assertThat(granted(client(claims(server.tokenEndpoint(), "read"))).scope())
                .isEqualTo("read");
    }

    @Test
    void aRejectedAssertionIsAMatterOfConfiguration() throws Exception {
        RefreshFailure otherAudience = failure(client(claims("https://other.example", null)));
        Files.writeString(file, PrivateKeys.pem(PrivateKeys.rsa(2048)));
        RefreshFailure otherKey = failure(client(claims(server.tokenEndpoint(), null)));

        assertThat(List.of(otherAudience, otherKey)).allSatisfy(failure -> {
            assertThat(failure).isInstanceOf(Misconfigured.class);
            assertThat(failure.error()).isEqualTo("invalid_grant");
            assertThat(failure.detail())
                    .isEqualTo(
                            "the authorization server answered 400 invalid_grant: the assertion is not valid for this"
                                    + " server; the sidecar signs this assertion: check the clock of this host, then issuer,"
                                    + " subject, audience and lifetime of the assertion, and whether the server knows the public"
                                    + " key");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'Mon, 30 Nov 2026 11:58:25 GMT', 'the clock of this host, which is 95 s ahead of the server''s, then issuer'",
        "'Mon, 30 Nov 2026 12:03:00 GMT', 'the clock of this host, which is 180 s behind the server''s, then issuer'",
        "'Mon, 30 Nov 2026 12:00:04 GMT', 'the clock of this host, then issuer'",
    })
    void aClockThatDiffersIsNamed(String date, String hint) {
        Duration ahead = HttpDates.clockAhead(Responses.response(400, date, null, ""), NOW);

        assertThat(rejected("invalid_grant", ahead).detail()).contains("check " + hint);
    }

    @Test
    void withoutADateTheClockIsSuspectedAllTheSame() {
        assertThat(HttpDates.clockAhead(Responses.response(400, null, null, ""), NOW))
                .isNull();
        assertThat(rejected("invalid_grant", null).detail()).contains("check the clock of this host, then issuer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"consent_required", "interaction_required", "admin_policy_enforced"})
    void aMissingConsentIsNamed(String error) {
        RefreshFailure failure = rejected(error, Duration.ofHours(1));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.detail())
                .isEqualTo(
                        "no; the user or an administrator has to consent to what this client requests, at the server");
    }

    @Test
    void anEchoedAssertionIsRedacted() {
        server.faults()
                .next(Fault.reply(
                        400,
                        "application/json",
                        "{\"error\":\"invalid_grant\",\"error_description\":\"eyJhbGciOi.x.y\"}"));

        assertThat(failure(client(claims(server.tokenEndpoint(), null))).detail())
                .contains("invalid_grant: [redacted]; the sidecar signs");
    }

    @Test
    void anUnreadableKeyFailsWithoutARequest() throws IOException {
        Files.writeString(file, "hunter2");

        RefreshFailure failure = failure(client(claims(server.tokenEndpoint(), null)));

        assertThat(failure.error()).isEqualTo("assertion_key_unreadable");
        assertThat(failure.detail()).doesNotContain("hunter2");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aSelfSignedTokenNeedsNoServer() {
        Claims claims = new Claims(Use.BEARER, "USER", null, "read", Map.of(), Duration.ofHours(1), Duration.ZERO);
        AuthorizationServer signer = new SelfSignedTokens(jwt(claims), Runnable::run);

        TokenResponse token = granted(signer);

        assertThat(signer.initialGrant()).isEqualTo(InitialGrant.UNATTENDED);
        assertThat(token.accessToken().reveal()).startsWith("eyJ");
        assertThat(token.lifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(token.scope()).isEqualTo("read");
        assertThat(token.tokenType()).isEqualTo("Bearer");
        assertThat(token.refreshToken()).isNull();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aSelfSignedTokenWithoutAKeyIsAConfigurationError() throws IOException {
        Files.delete(file);
        Claims claims = new Claims(Use.BEARER, "USER", null, null, Map.of(), Duration.ofHours(1), Duration.ZERO);

        assertThat(failure(new SelfSignedTokens(jwt(claims), Runnable::run)))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("the assertion key file " + file + " does not exist");
    }

    private RefreshFailure rejected(String error, @Nullable Duration ahead) {
        GrantAssertion assertion = new GrantAssertion.SelfSigned(jwt(claims("https://as.example", null)));
        return assertion.rejected(new RefreshFailure.InvalidGrant(error, "no"), ahead);
    }

    private static Claims claims(String audience, @Nullable String scope) {
        return new Claims(
                Use.ASSERTION, "alice", audience, scope, Map.of(), Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    private SelfSignedJwt jwt(Claims claims) {
        return new SelfSignedJwt(
                new JwtSigner.KeyHolder(new PrivateKeyFile(file, "assertion key"), null, null, "orders"),
                claims,
                CLOCK,
                new SecureRandom());
    }

    private AuthorizationServer client(Claims claims) {
        return new TokenEndpointClient(
                new ServerEndpoint.Fixed(URI.create(server.tokenEndpoint())),
                new ClientAuthentication.Unauthenticated(),
                new ResourceTarget(null, null, List.of(), Map.of()),
                new Grant.JwtBearer(new GrantAssertion.SelfSigned(jwt(claims))),
                Dialect.standard(),
                null,
                new HttpTransport(
                        vertx,
                        Runnable::run,
                        HttpClientOptions::new,
                        ProxyRules.DIRECT,
                        new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024)),
                Runnable::run,
                CLOCK);
    }

    private static TokenResponse granted(AuthorizationServer client) {
        return (TokenResponse) client.requestInitialGrant().await().atMost(TIMEOUT);
    }

    private static RefreshFailure failure(AuthorizationServer client) {
        return (RefreshFailure) client.requestInitialGrant()
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
    }
}
