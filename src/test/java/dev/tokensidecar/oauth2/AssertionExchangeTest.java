package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretJwt;
import dev.tokensidecar.oauth2.ClientAuthentication.IssuedAssertion;
import dev.tokensidecar.oauth2.ClientAuthentication.PrivateKeyJwt;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.SecretFile;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that authenticates with assertions at a server that verifies them. */
@Timeout(60)
class AssertionExchangeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String OLD = "o".repeat(32);
    private static final String NEW = "n".repeat(32);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService files = Executors.newSingleThreadExecutor();
    private final KeyPair keys;
    private final AssertionServer server;

    AssertionExchangeTest() throws Exception {
        keys = PrivateKeys.ec("secp256r1");
        server = new AssertionServer(vertx, keys.getPublic());
    }

    @BeforeEach
    void mountTheKey() {
        mount(PrivateKeys.pem(keys));
    }

    @AfterEach
    void stop() {
        files.shutdown();
        vertx.closeAndAwait();
    }

    @Test
    void eachAttemptSendsANewAssertion() {
        Uni<SuccessfulResponse> attempt = request(privateKeyJwt());

        assertThat(granted(attempt)).isNotNull();
        assertThat(granted(attempt)).isNotNull();

        assertThat(server.assertions()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aRejectedKeyIsNotTriedTwiceDespiteANewSignature() throws Exception {
        server.register(PrivateKeys.ec("secp256r1").getPublic());

        RefreshFailure failure = failure(request(privateKeyJwt()));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("invalid_client");
        assertThat(failure.inDoubt()).isFalse();
        assertThat(server.assertions()).hasSize(1);
    }

    @Test
    void aKeyReplacedDuringTheExchangeIsTriedImmediately() throws Exception {
        KeyPair next = PrivateKeys.of("Ed25519");
        server.register(next.getPublic());
        server.beforeError = () -> mount(PrivateKeys.pem(next));

        assertThat(granted(request(privateKeyJwt()))).isNotNull();

        assertThat(server.assertions()).hasSize(2);
    }

    @Test
    void duringARotationTheOldSecretSignsIfTheServerRejectsTheNewOne() {
        mount(NEW + "\n" + OLD);
        server.register(new HmacKey(OLD.getBytes(StandardCharsets.UTF_8)));

        assertThat(granted(request(clientSecretJwt()))).isNotNull();

        assertThat(server.assertions()).hasSize(2);
    }

    @Test
    void noRejectedSecretSignsTwice() {
        mount(NEW + "\n" + OLD);

        assertThat(failure(request(clientSecretJwt())).error()).isEqualTo("invalid_client");

        assertThat(server.assertions()).hasSize(2);
    }

    @Test
    void anAssertionReplacedOnDiskIsSentNext() {
        mount("eyJh.eyJv.c2ln");
        server.beforeError = () -> mount("eyJh.eyJu.c2ln");
        IssuedAssertion issued =
                new IssuedAssertion(null, new SecretFile(directory.resolve("mounted"), "client assertion"));

        assertThat(failure(request(issued)).error()).isEqualTo("invalid_client");

        assertThat(server.assertions()).containsExactly("eyJh.eyJv.c2ln", "eyJh.eyJu.c2ln");
    }

    @Test
    void anEchoedAssertionIsRedacted() throws Exception {
        server.register(PrivateKeys.ec("secp256r1").getPublic());
        server.errorDescription = assertion -> "not " + assertion + " please";

        RefreshFailure failure = failure(request(privateKeyJwt()));

        assertThat(failure.detail()).endsWith("400 invalid_client: not [redacted] please");
    }

    /** The redactor recognizes JWTs by themselves. This assertion is not one. */
    @Test
    void anEchoedAssertionThatLooksLikeAWordIsRedactedToo() {
        server.errorDescription = assertion -> "not " + assertion + " please";
        IssuedAssertion issued = new IssuedAssertion(null, () -> List.of(Secret.of("sesame")));

        assertThat(failure(request(issued)).detail()).endsWith("400 invalid_client: not [redacted] please");
    }

    @Test
    void anUnreadableKeyFailsWithoutARequest() {
        mount("hunter2");

        RefreshFailure failure = failure(request(privateKeyJwt()));

        assertThat(failure.error()).isEqualTo("client_key_unreadable");
        assertThat(failure.detail()).doesNotContain("hunter2");
        assertThat(server.assertions()).isEmpty();
    }

    private Uni<SuccessfulResponse> request(ClientAuthentication authentication) {
        return new TokenEndpointClient(
                        new ServerEndpoint.Fixed(server.endpoint()),
                        authentication,
                        new ResourceTarget(null, null, List.of(), Map.of()),
                        new Grant.RefreshTokenOnly(),
                        Dialect.standard(),
                        null,
                        new HttpTransport(
                                vertx,
                                Runnable::run,
                                HttpClientOptions::new,
                                ProxyRules.DIRECT,
                                new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024)),
                        files,
                        InstantSource.system())
                .refresh(new RefreshToken(Secret.of("rt"), Instant.EPOCH, null));
    }

    private PrivateKeyJwt privateKeyJwt() {
        return new PrivateKeyJwt(new PrivateKeyFile(directory.resolve("mounted")), null, null, null, assertion());
    }

    private ClientSecretJwt clientSecretJwt() {
        SecretFile secrets = new SecretFile(directory.resolve("mounted"), "client secret");
        return new ClientSecretJwt(secrets, SigningAlgorithm.HS256, assertion());
    }

    private static ClientAssertion assertion() {
        return new ClientAssertion(AssertionServer.CLIENT, null, InstantSource.system(), new SecureRandom());
    }

    private void mount(String content) {
        try {
            Files.writeString(directory.resolve("mounted"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static TokenResponse granted(Uni<SuccessfulResponse> attempt) {
        return (TokenResponse) attempt.await().atMost(TIMEOUT);
    }

    private static RefreshFailure failure(Uni<?> attempt) {
        return (RefreshFailure) attempt.subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
    }
}
