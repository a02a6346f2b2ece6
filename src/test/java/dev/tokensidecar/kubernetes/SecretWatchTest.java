package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.kubernetes.FakeApiServer.Arrived;
import dev.tokensidecar.token.Secret;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretWatchTest extends OnCluster {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Reads the Secret and opens the watch. */
    private void openWatch() throws InterruptedException {
        cluster.connect();
        cluster.watch();
        assertThat(cluster.watchEvent()).isEqualTo("opened");
        assertThat(server.requests()).hasSize(2);
    }

    /** Waits for the next attempt, after this pause at most and half of it at least. */
    private void nextRound(Duration longestPause) throws InterruptedException {
        cluster.time.fire(longestPause.dividedBy(2), longestPause);
    }

    private String changeByOther(int generation) {
        server.put("session", Cluster.content(generation, "refresh-token-" + generation));
        return server.version();
    }

    private void assertReported(int generation, String version) throws InterruptedException {
        var report = cluster.report();
        assertThat(report.record()).isEqualTo(Cluster.session(generation, "refresh-token-" + generation));
        assertThat(report.version()).isEqualTo(version);
    }

    private static long parameter(String uri, String name) {
        return Long.parseLong(uri.replaceFirst(".*[?&]" + name + "=([0-9]+).*", "$1"));
    }

    private Arrived watchRequest() throws InterruptedException {
        Arrived request = server.request();
        assertThat(request.uri()).startsWith("/api/v1/namespaces/shop/secrets?watch=true");
        return request;
    }

    private void assertReads() throws InterruptedException {
        assertThat(server.request().uri()).isEqualTo("/api/v1/namespaces/shop/secrets/session-of-orders");
    }

    @Test
    void theRequestIsOneThatARoleForOneSecretAllows() throws Exception {
        String version = cluster.read().version();
        cluster.watch();
        assertThat(cluster.watchEvent()).isEqualTo("opened");

        assertReads();
        Arrived request = watchRequest();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.uri())
                .contains("&fieldSelector=metadata.name%3Dsession-of-orders", "&allowWatchBookmarks=true");
        assertThat(parameter(request.uri(), "timeoutSeconds")).isBetween(240L, 360L);
        assertThat(parameter(request.uri(), "resourceVersion")).isEqualTo(Long.parseLong(version));
        assertThat(request.header("Authorization")).isEqualTo("Bearer " + FakeApiServer.TOKEN);
        assertThat(request.header("Connection")).isEqualTo("close");
    }

    @Test
    void changesOfOthersAreReported() throws Exception {
        openWatch();

        String second = changeByOther(2);
        assertReported(2, second);
        String third = changeByOther(3);
        assertReported(3, third);
    }

    @Test
    void aNewSeedIsReported() throws Exception {
        openWatch();

        server.put("refresh-token", "new-seed");

        assertThat(Objects.requireNonNull(cluster.report().seed()).value()).isEqualTo(Secret.of("new-seed"));
    }

    @Test
    void ownWritesAreNotReported() throws Exception {
        openWatch();

        cluster.save(Cluster.session(2, "ours"));
        String version = changeByOther(3);

        assertReported(3, version);
    }

    @Test
    void anOwnWriteWhoseEventComesBeforeItsResponseIsNotReported() throws Exception {
        openWatch();
        FakeApiServer.HeldPatch held = server.nextPatchHeld();
        CompletableFuture<String> write = cluster.store
                .write(Cluster.session(2, "ours"), server.version())
                .subscribeAsCompletionStage();
        assertThat(held.applied()).succeedsWithin(Cluster.PATIENCE);
        server.send("{\"type\":\"ERROR\",\"object\":{\"code\":500}}\n");
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");

        held.respond().complete(null);
        assertThat(write).succeedsWithin(Cluster.PATIENCE);
        nextRound(SECOND.multipliedBy(4));
        assertThat(cluster.watchEvent()).isEqualTo("opened");
        String version = changeByOther(3);

        assertReported(3, version);
    }

    @Test
    void aWatchBeforeTheFirstReadReadsItself() throws Exception {
        String version = changeByOther(1);
        cluster.watch();

        assertReads();
        assertThat(parameter(watchRequest().uri(), "resourceVersion")).isEqualTo(Long.parseLong(version));
        assertReported(1, version);
    }

    @Test
    void aWatchThatEndsIsResumedFromItsLastVersion() throws Exception {
        openWatch();
        String second = changeByOther(2);
        assertReported(2, second);
        server.endWatches();
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        String missed = changeByOther(3);

        nextRound(SECOND.multipliedBy(4));

        assertThat(parameter(watchRequest().uri(), "resourceVersion")).isEqualTo(Long.parseLong(second));
        assertReported(3, missed);
    }

    @Test
    void aBookmarkMovesTheVersion() throws Exception {
        openWatch();
        server.send("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"500\"}}}\n");
        server.endWatches();

        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        nextRound(SECOND.multipliedBy(4));
        assertThat(parameter(watchRequest().uri(), "resourceVersion")).isEqualTo(500);
    }

    @Test
    void afterABrokenConnectionTheSecretIsReadFirst() throws Exception {
        openWatch();
        server.breakWatches();
        assertThat(cluster.watchEvent()).isEqualTo("ended: UNREACHABLE");
        String missed = changeByOther(3);

        nextRound(SECOND.multipliedBy(4));

        assertReads();
        assertThat(parameter(watchRequest().uri(), "resourceVersion")).isEqualTo(Long.parseLong(missed));
        assertReported(3, missed);
    }

    @Test
    void aVersionThatIsTooOldIsReadAgain() throws Exception {
        openWatch();
        server.endWatches();
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        String missed = changeByOther(4);
        server.compact();

        nextRound(SECOND.multipliedBy(4));
        assertThat(watchRequest().method()).isEqualTo("GET");
        assertThat(cluster.watchEvent()).isEqualTo("opened");
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        nextRound(SECOND.multipliedBy(8));

        assertReads();
        assertReported(4, missed);
        assertThat(cluster.watchEvent()).isEqualTo("opened");
    }

    @Test
    void theSameVersionIsReadAgainIfTheStatusSaysSo() throws Exception {
        openWatch();
        server.endWatches();
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        server.nextStatus(410);

        nextRound(SECOND.multipliedBy(4));
        assertThat(watchRequest().method()).isEqualTo("GET");
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        nextRound(SECOND.multipliedBy(8));

        assertReads();
        assertThat(cluster.watchEvent()).isEqualTo("opened");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json\n",
                "{\"type\":\"NEWS\",\"object\":{}}\n",
                "{\"type\":\"MODIFIED\",\"object\":{}}\n",
                "{\"type\":\"ERROR\",\"object\":{\"code\":500}}\n"
            })
    void whatIsNoEventEndsTheWatch(String line) throws Exception {
        openWatch();
        server.send(line);

        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        nextRound(SECOND.multipliedBy(4));
        assertReads();
    }

    @Test
    void aLineWithoutEndIsNotKeptInMemory() throws Exception {
        openWatch();
        server.send("x".repeat(2 * 1024 * 1024));

        assertThat(cluster.watchEvent()).isEqualTo("ended: UNREACHABLE");
    }

    @Test
    void aSecretThatIsDeletedAndCreatedAgainIsReported() throws Exception {
        openWatch();
        server.event("DELETED");
        String version = changeByOther(2);

        assertReported(2, version);
    }

    @Test
    void aRecordThatCannotBeReadIsSkipped() throws Exception {
        openWatch();
        server.put("session", "damaged");
        String version = changeByOther(2);

        assertReported(2, version);
    }

    @Test
    void failuresMakeThePauseLongerUpToHalfAMinute() throws Exception {
        server.failing(true);
        cluster.store.watch(found -> {});

        for (int seconds : new int[] {2, 4, 8, 16, 30, 30}) {
            nextRound(Duration.ofSeconds(seconds));
            assertThat(cluster.watchEvent()).isEqualTo("ended: UNREACHABLE");
        }
        server.failing(false);
        nextRound(Duration.ofSeconds(30));
        assertThat(cluster.watchEvent()).isEqualTo("opened");

        cluster.time.advance(Duration.ofMinutes(5));
        server.endWatches();
        assertThat(cluster.watchEvent()).isEqualTo("ended: null");
        nextRound(Duration.ofSeconds(2));
        assertThat(cluster.watchEvent()).isEqualTo("opened");
    }

    @Test
    void aWatchThatTheServerForgetsToEndEnds() throws Exception {
        openWatch();

        cluster.time.fire(Duration.ofSeconds(245), Duration.ofSeconds(365));

        assertThat(cluster.watchEvent()).isEqualTo("ended: SLOW");
        nextRound(Duration.ofSeconds(2));
        assertReads();
    }

    @Test
    void aWatchThatTheServerDoesNotAcceptInTimeEnds() throws Exception {
        cluster.connect();
        CompletableFuture<Void> closed = server.nextSilent();
        cluster.watch();
        assertReads();
        assertThat(watchRequest().method()).isEqualTo("GET");

        cluster.time.fire(Duration.ofSeconds(5), Duration.ofSeconds(5));

        assertThat(cluster.watchEvent()).isEqualTo("ended: SLOW");
        assertThat(closed).succeedsWithin(Cluster.PATIENCE);
    }

    @Test
    void closingEndsTheWatch() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        cluster.connect();
        server.next((request, normally) -> {
            request.connection().closeHandler(gone -> closed.complete(null));
            normally.run();
        });
        cluster.watch();
        assertThat(cluster.watchEvent()).isEqualTo("opened");

        cluster.store.close();

        assertThat(closed).succeedsWithin(Cluster.PATIENCE);
        assertThat(cluster.time.lengths()).isEmpty();
        assertThat(cluster.watch.poll(0, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void closingEndsThePause() throws Exception {
        cluster.store.watch(found -> {});
        assertThat(cluster.time.lengths()).hasSize(1);

        cluster.store.close();

        assertThat(cluster.time.lengths()).isEmpty();
    }
}
