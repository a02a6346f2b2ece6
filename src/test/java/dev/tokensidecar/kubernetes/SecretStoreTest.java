package dev.tokensidecar.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.kubernetes.FakeApiServer.Arrived;
import dev.tokensidecar.store.Encryption;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The store against an API server on loopback, over TLS. */
class SecretStoreTest extends OnCluster {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=";

    private StoreFailure readFailure() {
        return failure(cluster.store.read());
    }

    private static StoreFailure failure(Uni<?> operation) {
        return catchThrowableOfType(StoreFailure.class, () -> Cluster.await(operation));
    }

    private void seedFile(String text) throws Exception {
        Files.writeString(cluster.seed, text);
    }

    @Test
    void anEmptySecretHasTheEmptyRecord() throws Exception {
        StoredRecord found = cluster.read();

        assertThat(found).isEqualTo(new StoredRecord(SessionRecord.EMPTY, server.version(), null, null));
        Arrived request = server.request();
        assertThat(request.method() + " " + request.uri())
                .isEqualTo("GET /api/v1/namespaces/shop/secrets/session-of-orders");
        assertThat(request.headers())
                .containsEntry("Authorization", "Bearer " + FakeApiServer.TOKEN)
                .containsEntry("Accept", "application/json")
                .containsEntry("User-Agent", "token-sidecar")
                .containsEntry("Host", "127.0.0.1:" + server.port());
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        SessionRecord next = Cluster.session(3, "refresh-token-3");

        String version = cluster.write(next, cluster.read().version());

        assertThat(cluster.read()).isEqualTo(new StoredRecord(next, version, null, null));
        assertThat(server.version()).isEqualTo(version);
    }

    @Test
    void theSecretKeepsWhatIsNotOurs() {
        server.put("refresh-token", "seed");
        server.put("other", "content");
        server.label("team", "orders");

        cluster.save(Cluster.session(1, "next"));

        assertThat(server.get("refresh-token")).isEqualTo("seed");
        assertThat(server.get("other")).isEqualTo("content");
        assertThat(server.secret().at("/metadata/labels/team").asText()).isEqualTo("orders");
    }

    @Test
    void aWriteOverAnotherVersionIsAConflict() {
        String version = cluster.read().version();
        server.put("session", Cluster.content(5, "of-somebody-else"));

        assertThatThrownBy(() -> cluster.write(Cluster.session(5, "ours"), version))
                .isInstanceOf(RecordConflict.class);
        assertThat(cluster.read().record()).isEqualTo(Cluster.session(5, "of-somebody-else"));
    }

    @Test
    @DisplayName("No write without a version is ever sent, because the API server would overwrite any other")
    void everyWriteNamesAVersion() throws Exception {
        assertThatThrownBy(() -> cluster.write(Cluster.session(1, "next"), "")).isInstanceOf(RecordConflict.class);
        assertThatThrownBy(() -> ApiRequest.patch(new SecretReference("shop", "orders"), "session", new byte[0], ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(server.requests()).isEmpty();

        String version = server.version();
        cluster.save(Cluster.session(1, "next"));
        Arrived patch = server.request();
        assertThat(patch.method() + " " + patch.uri())
                .isEqualTo("PATCH /api/v1/namespaces/shop/secrets/session-of-orders?fieldManager=token-sidecar");
        assertThat(patch.headers())
                .containsEntry("Content-Type", "application/merge-patch+json")
                .containsEntry(
                        "Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json");
        JsonNode body = JSON.readTree(patch.body());
        assertThat(body.path("metadata")).isEqualTo(JSON.createObjectNode().put("resourceVersion", version));
        assertThat(body.path("data").size()).isEqualTo(1);
        assertThat(body.path("data").path("session").isTextual()).isTrue();
    }

    @Test
    void theSeedIsAKeyOfTheSecret() throws Exception {
        seedFile("seed-of-the-file");
        server.put("refresh-token", " seed-of-the-secret\n");

        assertThat(Objects.requireNonNull(cluster.read().seed()).value()).isEqualTo(Secret.of("seed-of-the-secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void withoutThatKeyTheSeedIsTheMountedFile(String key) throws Exception {
        seedFile("seed-of-the-file");
        server.put("refresh-token", key);

        assertThat(Objects.requireNonNull(cluster.read().seed()).value()).isEqualTo(Secret.of("seed-of-the-file"));
    }

    @Test
    void anUnreadableSeedMattersOnlyWithoutARefreshToken() throws Exception {
        Files.createDirectory(cluster.seed);
        assertThatThrownBy(() -> cluster.read()).isInstanceOf(RefreshFailure.Misconfigured.class);

        server.put("session", Cluster.content(1, "saved"));
        assertThat(cluster.read().record()).isEqualTo(Cluster.session(1, "saved"));
    }

    @Test
    void eachRequestHasTheNewestTokenOfTheServiceAccount() throws Exception {
        cluster.connect();
        server.token("the-next-one");
        Files.writeString(cluster.serviceAccount.resolve("token"), "the-next-one");

        assertThat(cluster.read().record()).isEqualTo(SessionRecord.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void oneRejectionIsNotBelieved(int status) throws Exception {
        server.nextStatus(status);

        CompletableFuture<StoredRecord> read = cluster.store.read().subscribeAsCompletionStage();
        cluster.time.fire(Duration.ofMillis(300), Duration.ofMillis(600));

        assertThat(read.get(20, TimeUnit.SECONDS).record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRejectionThatStaysIsReported() throws Exception {
        server.nextStatus(403);
        server.nextStatus(403);

        CompletableFuture<String> write =
                cluster.store.write(Cluster.session(1, "next"), "99").subscribeAsCompletionStage();
        cluster.time.fire(Duration.ofMillis(300), Duration.ofMillis(600));

        assertThat(write).failsWithin(Cluster.PATIENCE);
        StoreFailure failure = (StoreFailure) write.exceptionNow();
        assertThat(failure.problem()).isEqualTo(StoreProblem.FORBIDDEN);
        assertThat(failure)
                .hasMessage("the API server of Kubernetes responded 403 to patch Secret shop/session-of-orders");
    }

    @ParameterizedTest
    @CsvSource({"404, MISSING", "400, UNWRITABLE", "422, UNWRITABLE", "500, UNREACHABLE", "503, UNREACHABLE"})
    void aStatusNamesTheProblem(int status, StoreProblem problem) {
        server.nextStatus(status);

        StoreFailure failure = readFailure();

        assertThat(failure.problem()).isEqualTo(problem);
        assertThat(failure)
                .hasMessage("the API server of Kubernetes responded %d to get Secret shop/session-of-orders", status);
    }

    @ParameterizedTest
    @CsvSource({"429, 7, 7", "503, 7, 7", "429, soon, 1"})
    void noRequestIsSentWhileTheServerWantsAPause(int status, String retryAfter, int seconds) throws Exception {
        server.nextStatus(status, "Retry-After", retryAfter);

        assertThat(readFailure().problem()).isEqualTo(StoreProblem.THROTTLED);
        cluster.time.advance(Duration.ofMillis(seconds * 1000L - 1));
        assertThat(readFailure().problem()).isEqualTo(StoreProblem.THROTTLED);
        assertThat(server.requests()).hasSize(1);

        cluster.time.advance(Duration.ofMillis(1));
        assertThat(cluster.read().record()).isEqualTo(SessionRecord.EMPTY);
    }

    @Test
    void aWriteWaitsForTheEndOfThePause() throws Exception {
        String version = cluster.read().version();
        server.nextStatus(429, "Retry-After", "2");
        assertThat(readFailure().problem()).isEqualTo(StoreProblem.THROTTLED);

        CompletableFuture<String> write =
                cluster.store.write(Cluster.session(1, "next"), version).subscribeAsCompletionStage();
        cluster.time.fire(Duration.ofSeconds(2), Duration.ofSeconds(2));

        assertThat(write.get(20, TimeUnit.SECONDS)).isEqualTo(server.version());
    }

    @Test
    void aProcessThatCallsTooOftenIsStoppedButForItsWrites() {
        for (int call = 0; call < 25; call++) {
            cluster.connect();
        }
        int before = server.requests().size();

        StoreFailure failure = readFailure();
        assertThat(failure.problem()).isEqualTo(StoreProblem.THROTTLED);
        assertThat(failure).hasMessageContaining("this process has made too many requests");
        assertThat(before).isEqualTo(25);
        assertThat(server.requests()).isEmpty();
        assertThat(cluster.write(Cluster.session(1, "next"), server.version())).isEqualTo(server.version());
    }

    @Test
    void aBrokenConnectionIsUnreachable() {
        server.nextBreaks();

        StoreFailure failure = readFailure();

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNREACHABLE);
        assertThat(failure)
                .hasMessageStartingWith(
                        "get Secret shop/session-of-orders failed: the connection to the API server broke");
    }

    @Test
    void aServerThatIsDownIsUnreachable() {
        server.close();

        StoreFailure failure = readFailure();

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNREACHABLE);
        assertThat(failure).hasMessageContaining("no connection to the API server");
    }

    @Test
    void aSilentServerIsSlowAndItsConnectionCloses() throws Exception {
        CompletableFuture<Void> closed = server.nextSilent();
        CompletableFuture<StoredRecord> read = cluster.store.read().subscribeAsCompletionStage();
        server.awaitRequest();

        cluster.time.fire(Duration.ofSeconds(5), Duration.ofSeconds(5));

        assertThat(read).failsWithin(Cluster.PATIENCE);
        assertThat(((StoreFailure) read.exceptionNow()).problem()).isEqualTo(StoreProblem.SLOW);
        assertThat(closed).succeedsWithin(Cluster.PATIENCE);
        assertThat(cluster.time.lengths()).isEmpty();
    }

    @Test
    void anOperationThatNobodyWaitsForClosesItsConnection() throws Exception {
        CompletableFuture<Void> closed = server.nextSilent();
        Cancellable read = cluster.store.read().subscribe().with(found -> {}, failure -> {});
        server.awaitRequest();

        read.cancel();

        assertThat(closed).succeedsWithin(Cluster.PATIENCE);
        assertThat(cluster.time.lengths()).isEmpty();
    }

    @Test
    void aResponseInPiecesIsRead() throws Exception {
        CompletableFuture<Void> released = server.nextHeld();
        CompletableFuture<StoredRecord> read = cluster.store.read().subscribeAsCompletionStage();
        server.awaitRequest();
        released.complete(null);

        assertThat(read.get(20, TimeUnit.SECONDS).record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(cluster.time.lengths()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>hidden-credential</html>",
                "{\"kind\":\"Status\"}",
                "{\"metadata\":{\"resourceVersion\":\"\"},\"hidden-credential\":1}"
            })
    void garbageIsUnreachableAndNotQuoted(String body) {
        server.nextBody(body);

        StoreFailure failure = readFailure();

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNREACHABLE);
        assertThat(failure)
                .hasMessage("the response to get Secret shop/session-of-orders is not one of Kubernetes")
                .hasNoCause();
    }

    @Test
    void aResponseWithoutEndIsNotKeptInMemory() {
        server.nextBody("x".repeat(2 * 1024 * 1024));

        assertThat(readFailure().problem()).isEqualTo(StoreProblem.UNREACHABLE);
    }

    @Test
    void aDamagedSessionIsReported() {
        server.put("session", "{\"format\":1}");

        assertThat(readFailure().problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    @Test
    void withoutAServiceAccountTheFailureSaysWhatToDo() throws Exception {
        Files.delete(cluster.serviceAccount.resolve("token"));

        CompletableFuture<StoredRecord> read = cluster.store.read().subscribeAsCompletionStage();
        cluster.time.fire(Duration.ofMillis(300), Duration.ofMillis(600));

        assertThat(read).failsWithin(Cluster.PATIENCE);
        assertThat(read.exceptionNow())
                .hasMessageContaining("mount it into the sidecar as the component k8s/fleet does");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void anotherAuthorityIsNotTrustedUntilItsCertificateIsMounted() throws Exception {
        CertificateAuthority other = CertificateAuthority.make(directory, "other-ca");
        try (Cluster strange =
                new Cluster(vertx, FakeApiServer.start(vertx.getDelegate(), certificate), other, directory)) {
            StoreFailure failure = failure(strange.store.read());
            assertThat(failure.problem()).isEqualTo(StoreProblem.UNREACHABLE);
            assertThat(failure).hasMessageContaining("TLS with the API server failed");
            assertThat(strange.server.requests()).isEmpty();

            Files.copy(authority.pem(), strange.serviceAccount.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
            assertThat(strange.read().record()).isEqualTo(SessionRecord.EMPTY);
        }
    }

    /** The certificate is one for 127.0.0.1, so the connection gets as far as the verification of the name. */
    @Test
    void anIpv6AddressIsConnectedToAndVerified() throws Exception {
        try (Cluster ipv6 = new Cluster(
                vertx,
                FakeApiServer.start(vertx.getDelegate(), certificate, "::1"),
                authority,
                directory,
                "::1",
                null)) {
            StoreFailure failure = failure(ipv6.store.read());

            assertThat(failure.problem()).isEqualTo(StoreProblem.UNREACHABLE);
            assertThat(failure)
                    .hasMessageContaining(
                            "TLS with the API server failed: No subject alternative names matching IP" + " address");
        }
    }

    @Test
    void withAKeyTheSecretShowsNothing() throws Exception {
        Encryption encryption = new Encryption(() -> List.of(Secret.of(KEY)), true);
        try (Cluster encrypted = new Cluster(
                vertx,
                FakeApiServer.start(vertx.getDelegate(), certificate),
                authority,
                directory,
                "127.0.0.1",
                encryption)) {
            encrypted.server.put("session", Cluster.content(1, "plain-refresh-token"));
            StoredRecord found = encrypted.read();
            assertThat(found.record()).isEqualTo(Cluster.session(1, "plain-refresh-token"));

            encrypted.save(Cluster.session(2, "sealed-refresh-token"));
            assertThat(encrypted.server.get("session")).contains("\"sealed\"").doesNotContain("sealed-refresh-token");
            assertThat(encrypted.read().record()).isEqualTo(Cluster.session(2, "sealed-refresh-token"));

            encrypted.server.put("session", Cluster.content(3, "of-an-attacker"));
            assertThat(failure(encrypted.store.read()).problem()).isEqualTo(StoreProblem.UNENCRYPTED);
        }
    }

    @Test
    void theClockOfTheServerIsShared() {
        server.date("Thu, 01 Jan 2026 12:00:00 GMT");
        cluster.connect();

        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        assertThat(cluster.store.sharedClock().earliest(cluster.time.now())).isEqualTo(noon);
        assertThat(cluster.store.sharedClock().latest(cluster.time.now())).isEqualTo(noon.plusSeconds(1));
    }

    @Test
    void theDateOfAnIntermediaryDoesNotCount() {
        server.date("Thu, 01 Jan 2026 12:00:00 GMT");
        server.nextStatus(502);
        assertThat(readFailure().problem()).isEqualTo(StoreProblem.UNREACHABLE);

        assertThat(cluster.store.sharedClock().latest(cluster.time.now()))
                .isEqualTo(cluster.time.now().instant().plusSeconds(60));
    }

    @Test
    void aClaimOfAnEarlierRunOfTheSamePodIsAbandoned() {
        assertThat(isAbandoned(new ProcessId("orders-1", "uid-1", "run-1"))).isTrue();
        assertThat(isAbandoned(Cluster.SELF)).isFalse();
        assertThat(isAbandoned(new ProcessId("orders-1", "uid-2", "run-1"))).isFalse();
    }

    private boolean isAbandoned(ProcessId holder) {
        return Cluster.await(cluster.store.isAbandoned(new Claim(holder, null, "orders", Instant.EPOCH)));
    }

    @Test
    void theRecordIsDurableAndNeedsClaims() {
        assertThat(cluster.store.durable()).isTrue();
        assertThat(cluster.store.claimRequired()).isTrue();
        assertThat(cluster.store.pollInterval()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("No failure, log line or text of an object shows a credential, whatever goes wrong")
    void nothingShowsACredential() throws Exception {
        SecretSearch search = new SecretSearch();
        search.addInAnyForm(List.of(FakeApiServer.TOKEN, "secret-refresh-token", "secret-seed"));
        SecretReference secret = new SecretReference("shop", "orders");
        String content = Cluster.content(1, "secret-refresh-token");
        try (LogCapture log = LogCapture.of("")) {
            server.put("refresh-token", "secret-seed");
            server.put("session", content);
            StoredRecord found = cluster.read();
            server.put("session", content.substring(1));
            List<Throwable> failures = List.of(readFailure(), broken(), conflict(), brokenWrite());
            ApiRequest request = ApiRequest.patch(secret, "session", content.getBytes(UTF_8), "7");
            SecretObject object = SecretObject.parse(server.secret());
            ApiReply reply = new ApiReply(200, null, request.body());

            assertThat(search.leaks(Map.of(
                            "failures",
                                    failures.stream()
                                            .map(failure -> failure + " " + failure.getCause())
                                            .toList(),
                            "log", log.lines(),
                            "objects",
                                    List.of(
                                            found.toString(),
                                            request.toString(),
                                            reply.toString(),
                                            object.toString(),
                                            new WatchEvent("7", object).toString()))))
                    .isEmpty();
        }
    }

    private Throwable broken() {
        server.nextBreaks();
        return readFailure();
    }

    private Throwable brokenWrite() {
        server.nextBreaks();
        return failure(cluster.store.write(Cluster.session(2, "secret-refresh-token"), "1"));
    }

    private Throwable conflict() {
        return catchThrowableOfType(
                RecordConflict.class, () -> cluster.write(Cluster.session(2, "secret-refresh-token"), "1"));
    }
}
