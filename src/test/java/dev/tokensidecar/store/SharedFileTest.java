package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes share the file of a store. */
@Timeout(120)
class SharedFileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int PROCESSES = 3;
    private static final int SAVES = 100;

    @TempDir(factory = AccessTokenFileRaceTest.InMemory.class)
    Path directory;

    private FileStore store;

    @BeforeEach
    void makeStore() {
        store = store();
    }

    private FileStore store() {
        InstantSource clock = InstantSource.fixed(NOW);
        return new FileStore(path(), null, new SeedFile(null, clock), clock, Runnable::run);
    }

    @Test
    void aClaimIsAbandonedWhenItsProcessIsKilled() throws Exception {
        save(record(1, "one", null));
        try (ChildProcess holder = process("run-1", 0)) {
            holder.await("claim", () -> holder.log().contains("claimed"), TIMEOUT);
            Claim claim = Objects.requireNonNull(read().record().claim());
            assertThat(claim.holder().run()).isEqualTo("run-1");
            assertThat(isAbandoned(claim)).isFalse();
            assertThat(isAbandoned(claim)).as("asking changes nothing").isFalse();

            holder.crash();
            assertThat(holder.awaitExit(TIMEOUT)).isNotZero();

            assertThat(read().record().claim()).isEqualTo(claim);
            assertThat(isAbandoned(claim)).isTrue();
        }
    }

    @Test
    void aClaimTakenOverFromALivingProcessIsThatOfTheNewHolder() throws Exception {
        save(record(1, "one", null));
        try (ChildProcess holder = process("run-1", 0)) {
            holder.await("claim", () -> holder.log().contains("claimed"), TIMEOUT);
            try (ChildProcess next = process("run-2", 0)) {
                next.await("claim", () -> next.log().contains("claimed"), TIMEOUT);
                Claim claim = Objects.requireNonNull(read().record().claim());
                assertThat(claim.holder().run()).isEqualTo("run-2");
                assertThat(isAbandoned(claim)).isFalse();

                next.crash();
                assertThat(next.awaitExit(TIMEOUT)).isNotZero();

                assertThat(isAbandoned(claim)).isTrue();
            }
        }
    }

    @Test
    void processesThatSaveAtTheSameTimeLoseNothing() throws Exception {
        List<ChildProcess> processes = new ArrayList<>();
        try {
            for (int number = 0; number < PROCESSES; number++) {
                processes.add(process("run-" + number, SAVES));
            }
            for (ChildProcess process : processes) {
                assertThat(process.awaitExit(TIMEOUT)).as(process.log()).isZero();
            }
        } finally {
            processes.forEach(ChildProcess::close);
        }

        assertThat(read().record().generation()).isEqualTo(PROCESSES * SAVES);
        assertThat(read().record().previous()).isNotNull();
        assertThat(read().failure()).isNull();
    }

    @Test
    void aClaimOfAnotherStoreInTheSameProcessIsNotAbandonedWhileItIsInTheRecord() {
        Claim claim = claim("run-here", "one");
        save(record(1, "one", claim));

        assertThat(isAbandoned(claim)).isFalse();
        assertThat(store().isAbandoned(claim).await().atMost(TIMEOUT)).isFalse();
        save(record(2, "two", null));
        assertThat(isAbandoned(claim)).as("its process has released it").isTrue();
    }

    @Test
    void aClaimThatIsWrittenAgainByAnotherProcessStaysThatOfItsHolder() throws IOException {
        Claim claim = claim("run-ended", "one");
        String attempt = new String(
                Objects.requireNonNull(AttemptFile.of(record(1, "one", claim))).encode(), UTF_8);
        save(record(1, "one", null));
        Files.writeString(directory.resolve("refresh-token.attempt"), attempt);

        save(record(2, "two", claim));

        assertThat(read().record().claim()).isEqualTo(claim);
        assertThat(isAbandoned(claim)).isTrue();
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void withoutALockFileEachClaimCountsAsAbandoned() throws IOException {
        PlantedFile.FIFO.at(directory.resolve("refresh-token.lock"));
        Claim claim = claim("run-fifo", "one");

        save(record(1, "one", claim));

        assertThat(read().record().claim()).isEqualTo(claim);
        assertThat(isAbandoned(claim)).isTrue();
    }

    @Test
    void aProcessLooksOftenWhetherAClaimHasEnded() {
        assertThat(store.pollInterval()).isEqualTo(Duration.ofMillis(200));
    }

    private ChildProcess process(String run, int saves) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SharingProcess.class.getName(),
                path().toString(),
                run,
                Integer.toString(saves));
        return ChildProcess.start(command, Map.of(), Path.of("target", "SharingProcess-" + run + ".log"));
    }

    private void save(SessionRecord record) {
        assertThat(store.write(record, read().version()).await().atMost(TIMEOUT))
                .isNotEmpty();
    }

    private StoredRecord read() {
        return store.read().await().atMost(TIMEOUT);
    }

    private boolean isAbandoned(Claim claim) {
        return store.isAbandoned(claim).await().atMost(TIMEOUT);
    }

    private Path path() {
        return directory.resolve("refresh-token");
    }

    private static SessionRecord record(long generation, String current, @Nullable Claim claim) {
        return new SessionRecord(generation, token(current), null, List.of(), claim, null, SharedState.NONE);
    }

    private static Claim claim(String run, String presented) {
        return new Claim(new ProcessId(run, run, run), token(presented).hash(), "default", NOW);
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
