package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientIdOnly;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretBasic;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import dev.tokensidecar.testing.crypto.JwtClaims;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.server.DpopServer;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Token requests with proofs, at a server that verifies each of them. */
@Timeout(60)
class DpopTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final InstantSource CLOCK = InstantSource.system();
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final DpopServer server = new DpopServer();
    private final ServerNonces nonces = new ServerNonces();
    private final DpopKeys generated = DpopKeys.generated(ProofAlgorithm.ES256, CLOCK, RANDOM);

    @AfterEach
    void close() {
        server.close();
        vertx.closeAndAwait();
    }

    @Test
    void theTokensOfAPublicClientAreBoundToItsKey() {
        TokenResponse first = granted(publicClient(generated), unbound(server.newSession()));

        assertThat(first.tokenType()).isEqualTo("DPoP");
        assertThat(server.boundTo()).containsExactly(key(first).thumbprint());

        TokenResponse second = granted(publicClient(generated), successor(first));

        assertThat(key(second)).isEqualTo(key(first));
        assertThat(server.rejections()).isEmpty();
    }

    @Test
    void anotherProcessContinuesASessionWithTheStoredKey() {
        TokenResponse first = granted(publicClient(generated), unbound(server.newSession()));
        DpopKeys restarted = DpopKeys.generated(ProofAlgorithm.EdDSA, CLOCK, RANDOM);

        TokenResponse second = granted(publicClient(restarted), successor(first));

        assertThat(key(second)).isEqualTo(key(first));
    }

    @Test
    void aRefreshTokenOfAnotherKeyIsRejectedWithAHint() {
        TokenResponse first = granted(publicClient(generated), unbound(server.newSession()));
        DpopKeys others = DpopKeys.generated(ProofAlgorithm.ES256, CLOCK, RANDOM);
        RefreshToken lost = new RefreshToken(
                Objects.requireNonNull(first.refreshToken()),
                Instant.EPOCH,
                null,
                new BoundKey(key(first).thumbprint(), null));

        RefreshFailure failure = failure(publicClient(others).refresh(lost));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.detail())
                .endsWith("; it was obtained with another DPoP key: use that key again, or log in again");
    }

    @Test
    void aRefreshTokenThatNeedsAProofIsRejectedWithAHintIfThereIsNone() {
        TokenResponse first = granted(publicClient(generated), unbound(server.newSession()));
        server.ignoreProofs();

        RefreshFailure failure = failure(publicClient(null).refresh(successor(first)));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.detail())
                .endsWith("; it was obtained with DPoP: set client.dpop.enabled=true, or log in again");
    }

    @Test
    void aMissingProofIsAConfigurationErrorThatSaysWhatToCheck() {
        RefreshFailure failure = failure(publicClient(null).refresh(unbound(server.newSession())));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("invalid_dpop_proof");
        assertThat(failure.detail()).contains("check client.dpop.enabled").contains("the clocks");
    }

    @Test
    void aClockThatIsWrongIsAConfigurationErrorThatSaysWhatToCheck() {
        InstantSource slow = () -> Instant.now().minusSeconds(60);
        DpopKeys keys = DpopKeys.generated(ProofAlgorithm.ES256, slow, RANDOM);

        RefreshFailure failure = failure(publicClient(keys).refresh(unbound(server.newSession())));

        assertThat(failure.error()).isEqualTo("invalid_dpop_proof");
        assertThat(failure.detail()).contains("the clocks of this host and of the server agree");
    }

    @Test
    void theNonceOfTheServerIsUsedAtOnceAndFromThenOn() {
        server.demandAtTokenEndpoint("nonce-1");

        TokenResponse first = granted(publicClient(generated), unbound(server.newSession()));

        assertThat(statuses()).containsExactly(400, 200);
        server.demandAtTokenEndpoint("nonce-2");
        TokenResponse second = granted(publicClient(generated), successor(first));
        var unused = granted(publicClient(generated), successor(second));
        assertThat(statuses()).containsExactly(400, 200, 400, 200, 200);
        assertThat(server.received("/token"))
                .extracting(one ->
                        JwtClaims.of(String.valueOf(one.headers().get("DPoP"))).getString("jti"))
                .doesNotHaveDuplicates();
    }

    /** Several tokens of one server share its nonces, and a server may accept each nonce once (RFC 9449 section 8). */
    @Test
    void aRequestIsRepeatedWithTheNonceOfItsOwnResponse() {
        server.demandAtTokenEndpoint("nonce-1");
        String origin = server.uri("").toString();
        Executor beforeEachStep = step -> {
            var unused = nonces.keep(origin, "nonce-of-another-token");
            step.run();
        };

        var unused =
                granted(client(new ClientIdOnly("client"), generated, beforeEachStep), unbound(server.newSession()));

        assertThat(statuses()).containsExactly(400, 200);
    }

    @Test
    void aNonceMayBeDemandedWith401() {
        server.rejectWith401();
        server.demandAtTokenEndpoint("nonce-1");

        var unused = granted(publicClient(generated), unbound(server.newSession()));

        assertThat(statuses()).containsExactly(401, 200);
    }

    @Test
    void aServerThatIsNeverContentIsAskedTwice() {
        server.demandAtTokenEndpoint("nonce-1", "nonce-2");

        RefreshFailure failure = failure(publicClient(generated).refresh(unbound(server.newSession())));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("use_dpop_nonce");
        assertThat(failure.inDoubt()).isFalse();
        assertThat(statuses()).containsExactly(400, 400);
    }

    @Test
    void aMalformedNonceIsNotUsed() {
        server.demandAtTokenEndpoint("nonce-1", "nonce 1");

        RefreshFailure failure = failure(publicClient(generated).refresh(unbound(server.newSession())));

        assertThat(failure.error()).isEqualTo("use_dpop_nonce");
        assertThat(statuses()).containsExactly(400);
    }

    @Test
    void aRepeatedRequestHasAnAssertionOfItsOwn() throws Exception {
        server.demandAtTokenEndpoint("nonce-1");
        Path keyFile = Files.writeString(directory.resolve("client-key"), PrivateKeys.pem(PrivateKeys.rsa(2048)));
        ClientAuthentication signed = new ClientAuthentication.PrivateKeyJwt(
                new PrivateKeyFile(keyFile), null, null, null, new ClientAssertion("client", null, CLOCK, RANDOM));

        var unused = granted(client(signed, generated), unbound(server.newSession()));

        assertThat(server.received("/token"))
                .hasSize(2)
                .extracting(one -> JwtClaims.of(String.valueOf(one.form().get("client_assertion")))
                        .getString("jti"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aClientMayLoseItsKeyIfItAuthenticates() {
        ClientAuthentication secret = new ClientSecretBasic("client", () -> List.of(Secret.of("s3cret")), true);
        TokenResponse first = granted(client(secret, generated), unbound(server.newSession()));
        DpopKeys restarted = DpopKeys.generated(ProofAlgorithm.ES256, CLOCK, RANDOM);
        RefreshToken withoutKey =
                unbound(Objects.requireNonNull(first.refreshToken()).reveal());

        TokenResponse second = granted(client(secret, restarted), withoutKey);

        assertThat(key(second)).isNotEqualTo(key(first));
    }

    @Test
    void theTokenOfAServerWithoutDpopIsABearerToken() {
        server.ignoreProofs();

        TokenResponse tokens = granted(publicClient(generated), unbound(server.newSession()));

        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        assertThat(tokens.provenWith()).isNotNull();
    }

    @Test
    void aBoundTokenIsOfNoUseToAClientWithoutProofs() {
        TokenResponseParser parser = new TokenResponseParser(Dialect.standard());
        String body = "{\"access_token\":\"a1\",\"token_type\":\"DPoP\",\"refresh_token\":\"r1\"}";

        SuccessfulResponse response =
                parser.read(Responses.response(200, null, null, body), new Redactor(List.of()), Instant.EPOCH, null);

        assertThat(response).isInstanceOfSatisfying(UnusableResponse.class, unusable -> {
            assertThat(unusable.flaw()).isInstanceOf(InvalidResponse.class);
            assertThat(unusable.flaw().detail()).contains("set client.dpop.enabled=true");
        });
    }

    @Test
    void theKeyInAFileTakesPrecedenceAndIsNotStored() throws Exception {
        Path file = Files.writeString(directory.resolve("proof-key"), PrivateKeys.pem(PrivateKeys.ec("secp256r1")));
        DpopKeys ofFile = DpopKeys.ofFile(new PrivateKeyFile(file, "proof key"), null, CLOCK, RANDOM);

        TokenResponse first = granted(publicClient(ofFile), unbound(server.newSession()));

        assertThat(key(first).privateKey()).isNull();
        assertThat(Objects.requireNonNull(ofFile.restore(key(first))).bound()).isEqualTo(key(first));
        RefreshFailure failure = failure(publicClient(ofFile)
                .refresh(successor(granted(publicClient(generated), unbound(server.newSession())))));
        assertThat(failure.detail()).endsWith("use that key again, or log in again");
    }

    @Test
    void aReplacedFileIsUsedByTheNextRequestAndTheEarlierKeyServesItsTokens() throws Exception {
        Path file = Files.writeString(directory.resolve("proof-key"), PrivateKeys.pem(PrivateKeys.ec("secp256r1")));
        DpopKeys keys = DpopKeys.ofFile(new PrivateKeyFile(file, "proof key"), null, CLOCK, RANDOM);
        ProofKey earlier = keys.forRequest(null);
        Files.writeString(file, PrivateKeys.pem(PrivateKeys.of("Ed25519")));

        ProofKey later = keys.forRequest(earlier.bound());

        assertThat(later.bound().isSameKey(earlier.bound())).isFalse();
        assertThat(keys.restore(earlier.bound())).isSameAs(earlier);
    }

    @Test
    void anUnreadableFileIsReportedByTheRequestAndNothingIsSent() {
        DpopKeys keys =
                DpopKeys.ofFile(new PrivateKeyFile(directory.resolve("missing"), "proof key"), null, CLOCK, RANDOM);

        RefreshFailure failure = failure(publicClient(keys).refresh(unbound(server.newSession())));

        assertThat(failure.error()).isEqualTo("proof_key_unreadable");
        assertThat(server.received("/token")).isEmpty();
    }

    @Test
    void aKeyThatIsNotStoredCannotBeRestoredElsewhere() {
        BoundKey foreign = new BoundKey("AAAA", null);
        BoundKey damaged = new BoundKey("AAAA", Secret.of("{}"));
        BoundKey exchanged =
                new BoundKey("AAAA", generated.forRequest(null).bound().privateKey());

        assertThat(generated.restore(foreign)).isNull();
        assertThat(generated.restore(damaged)).isNull();
        assertThat(generated.restore(exchanged)).isNull();
    }

    private TokenEndpointClient publicClient(@Nullable DpopKeys keys) {
        return client(new ClientIdOnly("client"), keys);
    }

    private TokenEndpointClient client(ClientAuthentication authentication, @Nullable DpopKeys keys) {
        return client(authentication, keys, Runnable::run);
    }

    private TokenEndpointClient client(
            ClientAuthentication authentication, @Nullable DpopKeys keys, Executor blocking) {
        return new TokenEndpointClient(
                new ServerEndpoint.Fixed(server.uri("/token")),
                authentication,
                new ResourceTarget(null, null, List.of(), Map.of()),
                new Grant.RefreshTokenOnly(),
                Dialect.standard(),
                keys == null ? null : new Dpop(keys, nonces),
                new HttpTransport(
                        vertx,
                        Runnable::run,
                        HttpClientOptions::new,
                        ProxyRules.DIRECT,
                        new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024)),
                blocking,
                CLOCK);
    }

    private List<Integer> statuses() {
        return server.received("/token").stream()
                .map(DpopServer.Received::status)
                .toList();
    }

    private static BoundKey key(TokenResponse response) {
        return Objects.requireNonNull(response.provenWith()).bound();
    }

    private static RefreshToken unbound(String value) {
        return new RefreshToken(Secret.of(value), Instant.EPOCH, null);
    }

    private static RefreshToken successor(TokenResponse response) {
        return new RefreshToken(Objects.requireNonNull(response.refreshToken()), Instant.EPOCH, null, key(response));
    }

    private static TokenResponse granted(TokenEndpointClient client, RefreshToken presented) {
        return (TokenResponse) client.refresh(presented).await().atMost(TIMEOUT);
    }

    private static RefreshFailure failure(Uni<SuccessfulResponse> attempt) {
        return (RefreshFailure) attempt.subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
    }
}
