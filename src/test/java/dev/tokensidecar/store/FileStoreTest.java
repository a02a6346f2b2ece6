package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SessionRecord.Doubt;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import dev.tokensidecar.token.TokenHash;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store keeps of a record. Each new {@link FileStore} stands for a restarted process. */
class FileStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ProcessId PROCESS = new ProcessId("sidecar-0", "uid-0", "run-0");

    @TempDir
    Path directory;

    private Path path;
    private Path seed;
    private FileStore store;

    @BeforeEach
    void makeStore() {
        path = directory.resolve("refresh-token");
        seed = directory.resolve("seed");
        restart();
    }

    private void restart() {
        store = store(path, Runnable::run);
    }

    private FileStore store(Path file, Executor executor) {
        InstantSource clock = InstantSource.fixed(NOW);
        return new FileStore(file, null, new SeedFile(seed, clock), clock, executor);
    }

    @Test
    void withoutAnyFileTheStoreIsEmpty() {
        StoredRecord stored = read();

        assertThat(stored.record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(stored.seed()).isNull();
        assertThat(stored.failure()).isNull();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theNextProcessFindsTheRecord() {
        RefreshToken current = new RefreshToken(
                Secret.of("rotated"), Instant.parse("2026-01-01T00:00:00.123456789Z"), NOW.plusSeconds(1800));
        SessionRecord record = new SessionRecord(
                7,
                current,
                token("before"),
                List.of(hash("seed-1"), hash("seed-2")),
                claim("rotated"),
                new Doubt(hash("rotated"), NOW.minusSeconds(60)),
                SharedState.NONE);

        write(record);
        restart();

        assertThat(read().record()).isEqualTo(record);
        assertThat(store.durable()).isTrue();
    }

    @Test
    void whatAFleetSharesIsNotKept() throws IOException {
        SharedState shared = new SharedState(Map.of(), Set.of(hash("rejected")), null);
        write(new SessionRecord(1, token("one"), null, List.of(), null, null, shared));

        assertThat(read().record()).isEqualTo(record(1, "one"));
        assertThat(Files.readString(path)).doesNotContain(hash("rejected").reveal());
        assertThat(store.sharedClock()).isNull();
        assertThat(store.claimRequired()).isFalse();
    }

    @Test
    void theFilesOfEarlierVersionsAreRead() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.writeString(path, "{\"format\":1,\"refresh_token\":\"two\",\"received_at\":\"2026-01-01T00:00:00Z\"}");
        Files.writeString(
                previousFile(),
                "{\"format\":1,\"refresh_token\":\"one\",\"received_at\":\"2026-01-01T00:00:00Z\",\"seen_seeds\":[]}");
        Files.writeString(attemptFile(), attemptOfEarlierVersion("two"));

        assertThat(read().record())
                .isEqualTo(new SessionRecord(
                        0,
                        token("two"),
                        token("one"),
                        List.of(hash("from-seed")),
                        null,
                        new Doubt(hash("two"), NOW),
                        SharedState.NONE));
    }

    /** They know no claims, so the fields of a claim are those of a doubt, and others that they ignore. */
    @Test
    void earlierVersionsReadAClaimAsADoubt() {
        Doubt doubt = new Doubt(hash("zero"), NOW.minusSeconds(60));
        write(new SessionRecord(3, token("one"), null, List.of(), claim("one"), doubt, SharedState.NONE));

        assertThat(attemptFile())
                .hasContent(("{\"format\":1,\"token_sha256\":\"%s\",\"at\":\"2026-01-01T00:00:00Z\","
                                + "\"token\":\"default\",\"holder\":{\"name\":\"sidecar-0\",\"place\":\"uid-0\","
                                + "\"run\":\"run-0\"},\"doubt\":{\"token_sha256\":\"%s\","
                                + "\"at\":\"2025-12-31T23:59:00Z\"},\"generation\":3}")
                        .formatted(hash("one").reveal(), hash("zero").reveal()));
    }

    @Test
    void aDoubtAboutARequestWithoutARefreshTokenIsKept() {
        Doubt doubt = new Doubt(null, NOW);
        write(new SessionRecord(1, token("one"), null, List.of(), null, doubt, SharedState.NONE));
        restart();

        assertThat(read().record().doubt()).isEqualTo(doubt);
    }

    @Test
    void aClaimWithoutARefreshTokenIsNotKept() {
        write(record(1, "one"));
        write(claimed(read().record(), new Claim(PROCESS, null, "default", NOW)));

        assertThat(attemptFile()).doesNotExist();
        assertThat(read().record()).isEqualTo(record(1, "one"));
    }

    @Test
    void theSeedIsReportedWhetherOrNotItWasUsed() throws IOException {
        Files.writeString(seed, "seed-1");
        assertThat(read().seed()).isEqualTo(token("seed-1"));
        write(record(1, "rotated", null, "seed-1"));

        assertThat(read().seed()).isEqualTo(token("seed-1"));
        assertThat(read().record().seenSeeds()).containsExactly(hash("seed-1"));
        assertThat(seed).hasContent("seed-1");
    }

    @Test
    void aSeedIsReadThroughTheUpdateOfAMountedSecret() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        secret(mount, "..1", "seed-1");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        seed = Files.createSymbolicLink(mount.resolve("refresh-token"), Path.of("..data/refresh-token"));
        restart();
        assertThat(read().seed()).isEqualTo(token("seed-1"));

        secret(mount, "..2", "seed-2");
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(read().seed()).isEqualTo(token("seed-2"));
    }

    private static void secret(Path mount, String version, String content) throws IOException {
        Files.writeString(Files.createDirectory(mount.resolve(version)).resolve("refresh-token"), content);
    }

    @Test
    void anUnreadableSeedMattersOnlyWithoutASavedToken() throws IOException {
        Files.createDirectory(seed);
        assertThat(catchThrowableOfType(Misconfigured.class, this::read).error())
                .isEqualTo("refresh_token_unreadable");

        write(record(1, "one"));
        assertThat(read().record().current()).isEqualTo(token("one"));
        assertThat(read().seed()).isNull();
    }

    @Test
    void aClaimTouchesNoToken() throws IOException {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        List<Object> before = List.of(identity(path), identity(previousFile()));

        write(claimed(read().record(), claim("two")));
        assertThat(read().record()).isEqualTo(claimed(record(2, "two", "one"), claim("two")));
        write(record(2, "two", "one"));

        assertThat(List.of(identity(path), identity(previousFile()))).isEqualTo(before);
        assertThat(attemptFile()).doesNotExist();
    }

    @Test
    void aRecordThatIsTheSameIsNotWrittenAgain() throws IOException {
        SessionRecord record = claimed(record(2, "two", "one"), claim("two"));
        write(record);
        List<Object> before = List.of(identity(path), identity(previousFile()), identity(attemptFile()));
        String version = read().version();

        assertThat(written(record)).isEqualTo(version);

        assertThat(List.of(identity(path), identity(previousFile()), identity(attemptFile())))
                .isEqualTo(before);
    }

    @Test
    void aTokenThatWorksUnchangedIsNotWrittenAgain() throws IOException {
        write(record(1, "one"));
        Object before = identity(path);
        RefreshToken again = new RefreshToken(Secret.of("one"), NOW.plusSeconds(60), NOW.plusSeconds(120));

        write(new SessionRecord(1, again, null, List.of(), null, null, SharedState.NONE));

        assertThat(identity(path)).isEqualTo(before);
    }

    @Test
    void aSeenSeedAndAGenerationAreSavedWithTheSameToken() {
        write(record(1, "one"));
        write(record(1, "one", null, "seed-1"));
        assertThat(read().record()).isEqualTo(record(1, "one", null, "seed-1"));

        write(record(2, "one", null, "seed-1"));
        assertThat(read().record()).isEqualTo(record(2, "one", null, "seed-1"));
    }

    @Test
    void thePreviousTokenIsKeptUntilTheRecordHasNone() {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        assertThat(previousFile()).exists();

        write(record(2, "two"));
        assertThat(previousFile()).doesNotExist();
        assertThat(read().record()).isEqualTo(record(2, "two"));
    }

    @Test
    void thePreviousTokenIsKeptAsItWasSaved() throws IOException {
        RefreshToken one = new RefreshToken(Secret.of("one"), NOW.minusSeconds(600), NOW.plusSeconds(600));
        write(new SessionRecord(4, one, null, List.of(hash("seed-1")), null, null, SharedState.NONE));
        write(record(5, "two", "one", "seed-1", "seed-2"));
        Files.writeString(path, "damaged");

        assertThat(read().record())
                .isEqualTo(new SessionRecord(4, null, one, List.of(hash("seed-1")), null, null, SharedState.NONE));
    }

    /** The save of the token in between has failed. */
    @Test
    void thePreviousTokenIsThatOfTheRecordEvenIfItWasNeverSaved() throws IOException {
        write(record(1, "one"));
        write(record(3, "three", "two"));

        assertThat(read().record()).isEqualTo(record(3, "three", "two"));
        Files.writeString(path, "damaged");
        assertThat(read().record().generation()).isEqualTo(2);
    }

    @Test
    void aRecordWithoutATokenLeavesTheFile() throws IOException {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        byte[] content = Files.readAllBytes(path);

        write(SessionRecord.EMPTY);

        assertThat(path).hasBinaryContent(content);
        assertThat(previousFile()).exists();
    }

    @Test
    void aCrashAfterTheClaimLeavesTheClaim() {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        write(claimed(read().record(), claim("two")));
        restart();

        assertThat(read().record()).isEqualTo(claimed(record(2, "two", "one"), claim("two")));
    }

    @Test
    void aCrashBetweenBothTokensLeavesTheOldOneTwice() throws IOException {
        write(record(1, "one"));
        write(claimed(record(1, "one"), claim("one")));
        Files.copy(path, previousFile());
        restart();

        assertThat(read().record()).isEqualTo(claimed(record(1, "one", "one"), claim("one")));
    }

    @Test
    void aCrashAfterTheSaveLeavesNeitherClaimNorDoubt() throws IOException {
        Doubt doubt = new Doubt(hash("one"), NOW);
        write(new SessionRecord(1, token("one"), null, List.of(), claim("one"), doubt, SharedState.NONE));
        byte[] attempt = Files.readAllBytes(attemptFile());
        write(record(2, "two", "one"));
        Files.write(attemptFile(), attempt);
        restart();

        assertThat(read().record()).isEqualTo(record(2, "two", "one"));

        Files.writeString(attemptFile(), attemptOfEarlierVersion("one"));
        assertThat(read().record()).isEqualTo(record(2, "two", "one"));
    }

    @Test
    void aCrashAfterTheSaveOfASeedsTokenLeavesNoDoubt() throws IOException {
        Files.writeString(seed, "seed-1");
        write(record(1, "one", null, "seed-1"));
        Files.writeString(attemptFile(), attemptOfEarlierVersion("seed-1"));
        restart();

        assertThat(read().record()).isEqualTo(record(1, "one", null, "seed-1"));
    }

    @Test
    void aCrashDuringTheFirstAttemptOfASeedLeavesDoubt() throws IOException {
        Files.writeString(seed, "seed-1");
        Files.writeString(attemptFile(), attemptOfEarlierVersion("seed-1"));
        assertThat(read().record().doubt()).isEqualTo(new Doubt(hash("seed-1"), NOW));

        Files.writeString(seed, "seed-2");
        write(record(1, "one"));
        Files.writeString(attemptFile(), attemptOfEarlierVersion("seed-2"));
        assertThat(read().record().doubt()).isEqualTo(new Doubt(hash("seed-2"), NOW));
    }

    /** In doubt the previous token is presented too. The record has not changed since that claim, so it counts. */
    @Test
    void aClaimOfThePreviousTokenCounts() {
        Doubt doubt = new Doubt(hash("two"), NOW);
        SessionRecord record =
                new SessionRecord(2, token("two"), token("one"), List.of(), claim("one"), doubt, SharedState.NONE);
        write(record);
        restart();

        assertThat(read().record()).isEqualTo(record);
    }

    @Test
    void anUnreadableAttemptIsIgnoredAndRemoved() throws IOException {
        write(record(1, "one"));
        for (String content : List.of("", "{\"format\":1,\"tok", "{}", "{\"format\":1,\"token_sha256\":\"two\"}")) {
            Files.writeString(attemptFile(), content);
            restart();
            assertThat(read().record()).isEqualTo(record(1, "one"));
        }

        write(record(1, "one"));
        assertThat(attemptFile()).doesNotExist();
    }

    @Test
    void aDamagedFileIsSkippedForThePreviousTokenAndKept() throws IOException {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        Files.writeString(path, "{\"format\":1,\"refresh_token\":\"s3c");
        restart();

        StoredRecord stored = read();
        assertThat(stored.record())
                .isEqualTo(new SessionRecord(1, null, token("one"), List.of(), null, null, SharedState.NONE));
        assertThat(problem(stored)).isEqualTo(StoreProblem.DAMAGED);

        write(claimed(stored.record(), claim("one")));
        assertThat(path).hasContent("{\"format\":1,\"refresh_token\":\"s3c");
        write(record(2, "three"));
        assertThat(directory.resolve("refresh-token.damaged")).hasContent("{\"format\":1,\"refresh_token\":\"s3c");
        assertThat(read().record()).isEqualTo(record(2, "three"));
        assertThat(read().failure()).isNull();
    }

    @Test
    void aDamagedFileWithoutAPreviousTokenFails() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.writeString(path, "s3cret");

        StoreFailure failure = failure();

        assertThat(failure.problem()).isEqualTo(StoreProblem.DAMAGED);
        assertThat(failure)
                .hasMessage(path + " is damaged, or not a file of the sidecar")
                .hasNoCause();
        assertThat(path).hasContent("s3cret");
    }

    @Test
    void anEmptyFileIsSkipped() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.createFile(path);

        StoredRecord stored = read();

        assertThat(stored.record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(stored.seed()).isEqualTo(token("from-seed"));
        assertThat(problem(stored)).isEqualTo(StoreProblem.EMPTY);
    }

    @Test
    void aDirectoryInPlaceOfTheFileFails() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.createDirectory(path);

        assertThat(failure().problem()).isEqualTo(StoreProblem.UNREADABLE);
    }

    @Test
    void anExposedFileIsUsedReportedAndRepaired() throws IOException {
        write(record(1, "one"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        StoredRecord stored = read();
        assertThat(stored.record()).isEqualTo(record(1, "one"));
        assertThat(problem(stored)).isEqualTo(StoreProblem.EXPOSED);

        write(record(2, "two", "one"));
        assertThat(read().failure()).isNull();
    }

    @Test
    void withoutTheFileThePreviousTokenIsIgnored() throws IOException {
        write(record(1, "one"));
        write(record(2, "two", "one", "from-seed"));
        Files.delete(path);
        Files.writeString(seed, "from-seed");
        restart();

        assertThat(read().record()).isEqualTo(SessionRecord.EMPTY);
        write(record(1, "three"));
        assertThat(previousFile()).doesNotExist();
        Files.writeString(previousFile(), "damaged");
        write(record(2, "four"));
        assertThat(previousFile()).doesNotExist();
    }

    @Test
    void theFirstReadSweepsWhatACrashHasLeft() throws IOException {
        Path leftover = leftover("refresh-token.1.tmp");
        assertThat(read().record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(leftover).doesNotExist();

        var unused = leftover("refresh-token.2.tmp");
        assertThat(read().record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(directory.resolve("refresh-token.2.tmp")).exists();
    }

    private Path leftover(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "half");
        return Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(61)));
    }

    @Test
    void aWriteNamesTheVersionForTheNextOne() {
        String empty = read().version();
        String first = await(record(1, "one"), empty);
        assertThat(read().version()).isEqualTo(first).isNotEqualTo(empty);

        String second = await(record(2, "two", "one"), first);

        assertThat(read().version()).isEqualTo(second).isNotEqualTo(first);
        assertThatThrownBy(() -> await(record(3, "three", "two"), first)).isInstanceOf(RecordConflict.class);
        assertThat(read().version()).isEqualTo(second);
    }

    @Test
    void aChangeOfAnyFileIsAConflict() throws IOException {
        write(record(1, "one"));
        for (Path file : List.of(path, previousFile(), attemptFile())) {
            String version = read().version();
            Files.writeString(file, file.equals(path) ? Files.readString(path) + " " : "other");

            assertThatThrownBy(() -> await(record(2, "two", "one"), version))
                    .as(file.toString())
                    .isInstanceOf(RecordConflict.class);
        }
        assertThat(read().record()).isEqualTo(record(1, "one"));
    }

    @Test
    void ofTwoClaimsOfTheSameRecordOneIsWritten() {
        FileStore other = store(path, Runnable::run);
        write(record(1, "one"));
        String version = read().version();
        Claim otherClaim = new Claim(new ProcessId("b", "b", "run-b"), hash("one"), "default", NOW);

        var unused = await(claimed(record(1, "one"), claim("one")), version);

        assertThatThrownBy(() -> other.write(claimed(record(1, "one"), otherClaim), version)
                        .await()
                        .atMost(TIMEOUT))
                .isInstanceOf(RecordConflict.class);
        assertThat(read().record().claim()).isEqualTo(claim("one"));
    }

    /** Nobody can name the version of a record that cannot be read, and a process that has a token keeps it. */
    @Test
    void aRecordThatCannotBeReadIsReplacedWhateverItsVersion() throws IOException {
        Files.writeString(path, "s3cret");

        assertThat(await(record(4, "four", "three"), "")).isNotEmpty();

        assertThat(read().record()).isEqualTo(record(4, "four", "three"));
        assertThat(directory.resolve("refresh-token.damaged")).hasContent("s3cret");
        assertThatThrownBy(() -> await(record(5, "five", "four"), "")).isInstanceOf(RecordConflict.class);
    }

    @Test
    void anUnreadableSeedDoesNotPreventASave() throws IOException {
        Files.createDirectory(seed);

        assertThat(await(record(1, "one"), "")).isNotEmpty();

        assertThat(read().record()).isEqualTo(record(1, "one"));
    }

    @Test
    void aWriteEmitsItsItemWhenItIsDone() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        String version = read().version();
        var subscriber = store(path, tasks::add)
                .write(record(1, "rotated"), version)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        subscriber.assertNotTerminated();
        assertThat(path).doesNotExist();
        tasks.remove().run();
        subscriber.assertCompleted();
        assertThat(path).exists();
    }

    @Test
    @DisplayName("operations take effect in the order of their subscriptions, however slow the first one is")
    void operationsTakeEffectInOrder() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        String version = read().version();
        FileStore slow = store(path, tasks::add);

        var first = slow.write(record(1, "first"), version).subscribe().withSubscriber(UniAssertSubscriber.create());
        var second = slow.write(record(1, "second"), version).subscribe().withSubscriber(UniAssertSubscriber.create());
        var third = slow.read().subscribe().withSubscriber(UniAssertSubscriber.create());
        first.cancel();
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }

        second.assertFailedWith(RecordConflict.class);
        assertThat(third.getItem().record()).isEqualTo(record(1, "first"));
    }

    @Test
    void aFailedWriteIsReportedAndLeavesTheOldFile() throws IOException {
        Path plainFile = Files.writeString(directory.resolve("plain"), "content");
        FileStore impossible = store(plainFile.resolve("refresh-token"), Runnable::run);

        StoreFailure failure = catchThrowableOfType(
                StoreFailure.class,
                () -> impossible.write(record(1, "rotated"), "").await().atMost(TIMEOUT));

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNWRITABLE);
        assertThat(plainFile).hasContent("content");
    }

    /** A path inside a ZIP file cannot be opened without following links, because ZIP files have none. */
    @Test
    void aWriteWithAnyOtherExceptionFailsToo() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("data.zip"), Map.of("create", "true"))) {
            store(zip.getPath("/refresh-token"), Runnable::run)
                    .write(record(1, "rotated"), "")
                    .subscribe()
                    .withSubscriber(UniAssertSubscriber.create())
                    .assertFailedWith(IllegalArgumentException.class);
        }
    }

    @Test
    void plainTextPlantedInAnEncryptedStoreIsNeverReturned() throws IOException {
        Files.writeString(seed, "from-seed");
        encrypted(false);
        write(record(1, "one"));
        write(record(2, "two", "one"));
        byte[] planted = plainText("planted");

        Files.write(path, planted);
        encrypted(false);
        assertThat(failure().problem()).isEqualTo(StoreProblem.UNENCRYPTED);
        assertThat(path).hasBinaryContent(planted);

        Files.write(previousFile(), planted);
        Files.writeString(path, "damaged");
        encrypted(false);
        assertThat(failure().problem())
                .as("the previous token does not bypass it")
                .isEqualTo(StoreProblem.DAMAGED);

        assertThat(await(record(3, "three", "two"), "")).isNotEmpty();
        assertThat(read().record()).as("a running process overwrites it").isEqualTo(record(3, "three", "two"));
    }

    @Test
    void encryptionIsSwitchedOnOnceWithTheExistingToken() throws IOException {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        byte[] plainText = Files.readAllBytes(path);
        encrypted(true);
        assertThat(read().record()).isEqualTo(record(2, "two", "one"));

        write(record(3, "three", "two"));
        assertThat(path).content().contains("sealed").doesNotContain("three");
        assertThat(previousFile()).content().contains("sealed").doesNotContain("two");
        assertThat(read().record()).isEqualTo(record(3, "three", "two"));

        Files.write(path, plainText);
        assertThat(failure().problem()).isEqualTo(StoreProblem.UNENCRYPTED);
    }

    @Test
    void encryptionIsSwitchedOnWithoutRotationTooButNotByAClaim() {
        write(record(1, "one"));
        write(record(2, "two", "one"));
        encrypted(true);
        write(claimed(read().record(), claim("two")));
        assertThat(path).content().doesNotContain("sealed");

        write(record(2, "two", "one"));

        assertThat(path).content().contains("sealed").doesNotContain("two");
        assertThat(previousFile()).content().contains("sealed").doesNotContain("one");
        assertThat(read().record()).isEqualTo(record(2, "two", "one"));
    }

    @Test
    void aSaveSealsBothTokensWithTheNewestKey() throws IOException {
        String oldKey = "a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleS0=";
        String newKey = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU=";
        encrypted(false, oldKey);
        write(record(1, "one"));
        encrypted(false, newKey, oldKey);
        write(record(2, "two", "one"));

        encrypted(false, newKey);

        assertThat(read().record()).isEqualTo(record(2, "two", "one"));
    }

    /** A broken key must not cost the file: it may be readable again when the key is. */
    @Test
    void withoutAUsableKeyTheFileStaysInItsPlace() throws IOException {
        encrypted(false);
        write(record(1, "one"));
        byte[] content = Files.readAllBytes(path);
        encrypted(false, "no key");

        StoreFailure failure = catchThrowableOfType(StoreFailure.class, () -> await(record(2, "two", "one"), ""));

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNDECRYPTABLE);
        assertThat(path).hasBinaryContent(content);
        assertThat(previousFile()).doesNotExist();
    }

    @Test
    void aFileOfAnotherStoreWithTheSameKeyIsNeverReturned() throws IOException {
        encrypted(false);
        write(record(1, "one"));
        byte[] otherContent = Files.readAllBytes(path);
        path = directory.resolve("invoices");
        encrypted(false);
        write(record(1, "invoices-1"));
        write(record(2, "invoices-2", "invoices-1"));

        Files.write(path, otherContent);
        assertThat(failure().problem()).isEqualTo(StoreProblem.FOREIGN);

        Files.delete(directory.resolve("invoices.previous"));
        Files.write(directory.resolve("invoices.previous"), otherContent);
        Files.writeString(path, "damaged");
        assertThat(failure().problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    private byte[] plainText(String value) throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        FileStore other = store(elsewhere, Runnable::run);
        String version = other.read().await().atMost(TIMEOUT).version();
        assertThat(other.write(record(1, value), version).await().atMost(TIMEOUT))
                .isNotEmpty();
        return Files.readAllBytes(elsewhere);
    }

    private void encrypted(boolean acceptPlainText) {
        encrypted(acceptPlainText, "a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleS0=");
    }

    private void encrypted(boolean acceptPlainText, String... keys) {
        List<Secret> ring = List.of(keys).stream().map(Secret::of).toList();
        InstantSource clock = InstantSource.fixed(NOW);
        store = new FileStore(
                path, new Encryption(() -> ring, acceptPlainText), new SeedFile(seed, clock), clock, Runnable::run);
    }

    private StoreFailure failure() {
        return catchThrowableOfType(StoreFailure.class, this::read);
    }

    private Path attemptFile() {
        return directory.resolve("refresh-token.attempt");
    }

    private Path previousFile() {
        return directory.resolve("refresh-token.previous");
    }

    /** Tells whether a file was replaced. */
    private static Object identity(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private StoredRecord read() {
        return store.read().await().atMost(TIMEOUT);
    }

    private void write(SessionRecord next) {
        var unused = written(next);
    }

    /** Writes over the version in the store. Returns the new version. */
    private String written(SessionRecord next) {
        String version;
        try {
            version = read().version();
        } catch (Misconfigured noSeed) {
            version = "";
        }
        return await(next, version);
    }

    private String await(SessionRecord next, String version) {
        return store.write(next, version).await().atMost(TIMEOUT);
    }

    private static StoreProblem problem(StoredRecord stored) {
        return Objects.requireNonNull(stored.failure()).problem();
    }

    private static SessionRecord record(long generation, String current) {
        return record(generation, current, null);
    }

    private static SessionRecord record(
            long generation, String current, @Nullable String previous, String... seenSeeds) {
        List<TokenHash> seeds =
                List.of(seenSeeds).stream().map(FileStoreTest::hash).toList();
        RefreshToken before = previous == null ? null : token(previous);
        return new SessionRecord(generation, token(current), before, seeds, null, null, SharedState.NONE);
    }

    private static SessionRecord claimed(SessionRecord record, Claim claim) {
        return new SessionRecord(
                record.generation(),
                record.current(),
                record.previous(),
                record.seenSeeds(),
                claim,
                record.doubt(),
                record.shared());
    }

    private static Claim claim(String presented) {
        return new Claim(PROCESS, hash(presented), "default", NOW);
    }

    private static String attemptOfEarlierVersion(String presented) {
        return "{\"format\":1,\"token_sha256\":\"%s\",\"at\":\"%s\"}"
                .formatted(hash(presented).reveal(), NOW);
    }

    private static TokenHash hash(String value) {
        return TokenHash.of(Secret.of(value));
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
