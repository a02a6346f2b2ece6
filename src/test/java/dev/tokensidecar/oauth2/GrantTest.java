package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.demo.RecordedRequest;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretBasic;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.SecretFile;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests without a refresh token, and the meaning of their errors. */
@Timeout(60)
class GrantTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";
    private static final String ISSUED = """
            {"access_token":"a1","token_type":"Bearer","expires_in":300,"refresh_token":"r1"}""";

    private final Vertx vertx = Vertx.vertx();
    private final DemoAuthorizationServer server =
            DemoAuthorizationServer.start(vertx.getDelegate(), DemoOptions.defaults());
    private final Path file;

    GrantTest(@TempDir Path directory) throws IOException {
        file = Files.writeString(directory.resolve("credential"), "the-credential\n");
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.closeAndAwait();
    }

    private SecretFile credential() {
        return new SecretFile(file, "subject token");
    }

    private UniAssertSubscriber<SuccessfulResponse> request(Grant grant, ResourceTarget target) {
        var client = new TokenEndpointClient(
                new ServerEndpoint.Fixed(URI.create(server.tokenEndpoint())),
                new ClientSecretBasic(DemoOptions.CLIENT_ID, () -> List.of(Secret.of(DemoOptions.CLIENT_SECRET)), true),
                target,
                grant,
                new Dialect(
                        Lifetimes.standard(),
                        new ErrorDialect(Set.of("gone"), null, null),
                        Map.of("X-Tenant", "t-1"),
                        List.of()),
                null,
                new HttpTransport(
                        vertx,
                        Runnable::run,
                        HttpClientOptions::new,
                        ProxyRules.DIRECT,
                        new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024)),
                Runnable::run,
                InstantSource.system());
        return client.requestInitialGrant().subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private TokenResponse granted(Grant grant) {
        server.faults().next(Fault.reply(200, "application/json", ISSUED));
        return (TokenResponse) request(grant, target(null)).awaitItem(TIMEOUT).getItem();
    }

    private RefreshFailure failure(Grant grant, String error) {
        server.faults().next(Fault.echo(400, error));
        return (RefreshFailure)
                request(grant, target(null)).awaitFailure(TIMEOUT).getFailure();
    }

    private static ResourceTarget target(@Nullable String scope) {
        return new ResourceTarget(scope, null, List.of(), Map.of());
    }

    private RecordedRequest lastRequest() {
        return server.requests().getLast();
    }

    @Test
    void aClientRequestsATokenForItself() {
        TokenResponse tokens = granted(new Grant.ClientCredentials());

        assertThat(tokens.refreshToken()).isEqualTo(Secret.of("r1"));
        assertThat(lastRequest().form()).containsExactlyEntriesOf(Map.of("grant_type", "client_credentials"));
    }

    @Test
    void scopeAudienceAndResourceAreSent() {
        server.faults().next(Fault.reply(200, "application/json", ISSUED));
        var target = new ResourceTarget("read", "api", List.of("https://a.example/x"), Map.of("tenant", "t 1"));
        var unused = request(new Grant.ClientCredentials(), target).awaitItem(TIMEOUT);

        assertThat(lastRequest().form())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "grant_type", "client_credentials",
                        "scope", "read",
                        "audience", "api",
                        "resource", "https://a.example/x",
                        "tenant", "t 1"));
        assertThat(lastRequest().headers()).containsEntry("X-Tenant", "t-1");
    }

    @Test
    void anAssertionIsPassedOn() {
        var unused = granted(new Grant.JwtBearer(new GrantAssertion.Issued(credential())));

        assertThat(lastRequest().form())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", "the-credential"));
    }

    @Test
    void theSubjectTokenIsReadAnewForEachExchange() throws IOException {
        Grant grant = new Grant.TokenExchange(credential(), JWT_TYPE, "urn:ietf:params:oauth:token-type:access_token");
        var first = granted(grant);
        Files.writeString(file, "renewed");
        var second = granted(grant);

        assertThat(List.of(first, second)).hasSize(2);
        assertThat(server.requests())
                .extracting(request -> request.form().get("subject_token"))
                .containsExactly("the-credential", "renewed");
        assertThat(lastRequest().form())
                .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
                .containsEntry("subject_token_type", JWT_TYPE)
                .containsEntry("requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
    }

    @Test
    void aPasswordIsSentWithTheUserName() {
        var unused = granted(new Grant.Password("alice", credential()));

        assertThat(lastRequest().form())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("grant_type", "password", "username", "alice", "password", "the-credential"));
    }

    /** A new file solves the problem and is read soon. A wrong password must not be tried often. */
    @Test
    void aRejectedFileIsMisconfiguredAndARejectedPasswordNeedsTheUser() {
        assertThat(failure(new Grant.JwtBearer(new GrantAssertion.Issued(credential())), "invalid_grant"))
                .isInstanceOf(Misconfigured.class);
        assertThat(failure(new Grant.TokenExchange(credential(), JWT_TYPE, null), "invalid_grant"))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("the subject token has expired");
        assertThat(failure(new Grant.Password("alice", credential()), "invalid_grant"))
                .isInstanceOf(InvalidGrant.class);
    }

    @Test
    void aConfiguredErrorIsInvalidGrant() {
        assertThat(failure(new Grant.Password("alice", credential()), "gone")).isInstanceOf(InvalidGrant.class);
        server.faults().next(Fault.reply(400, "application/json", "{\"error\":{\"message\":\"gone\"}}"));
        assertThat(request(new Grant.ClientCredentials(), target(null))
                        .awaitFailure(TIMEOUT)
                        .getFailure())
                .isInstanceOf(InvalidGrant.class);
    }

    @Test
    void anUnreadableFileIsReported() throws IOException {
        Files.delete(file);

        assertThat(request(new Grant.JwtBearer(new GrantAssertion.Issued(credential())), target(null))
                        .awaitFailure(TIMEOUT)
                        .getFailure())
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("subject token file")
                .hasMessageContaining("does not exist");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void anEchoedCredentialIsRedacted() {
        server.faults()
                .next(Fault.reply(
                        400,
                        "application/json",
                        "{\"error\":\"invalid_request\",\"error_description\":\"bad subject the-credential\"}"));

        assertThat(request(new Grant.TokenExchange(credential(), JWT_TYPE, null), target(null))
                        .awaitFailure(TIMEOUT)
                        .getFailure())
                .hasMessageContaining("bad subject [redacted]");
    }

    @Test
    void theInitialGrantSaysWhetherAUserIsNeeded() {
        assertThat(new Grant.RefreshTokenOnly().initial()).isEqualTo(InitialGrant.NONE);
        assertThat(new Grant.Password("alice", credential()).initial()).isEqualTo(InitialGrant.UNATTENDED);
        assertThat(new Grant.DeviceCodeGrant(new ServerEndpoint.Fixed(URI.create(server.tokenEndpoint()))).initial())
                .isEqualTo(InitialGrant.ATTENDED);
    }
}
