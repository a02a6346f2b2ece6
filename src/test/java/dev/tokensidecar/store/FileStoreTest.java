package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreContents;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store offers after each sequence of events. Each new {@link FileStore} stands for a restarted process. */
class FileStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

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
        assertThat(load()).isEqualTo(StoreContents.EMPTY);
    }

    @Test
    void theSeedIsTheFirstToken() throws IOException {
        Files.writeString(seed, "from-seed");

        assertThat(load()).isEqualTo(new StoreContents(token("from-seed"), null, null, null, null));
    }

    @Test
    void theNextProcessFindsTheSavedToken() {
        RefreshToken rotated = new RefreshToken(
                Secret.of("rotated"), Instant.parse("2026-01-01T00:00:00.123456789Z"), NOW.plusSeconds(1800));

        await(store.save(rotated));
        restart();

        assertThat(load().current()).isEqualTo(rotated);
        assertThat(store.durable()).isTrue();
    }

    @Test
    void aSeenSeedNeverComesBack() throws IOException {
        startFromSeed("seed-1");
        await(store.save(token("rotated")));
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("rotated"), null, null, null));

        Files.writeString(seed, "seed-2");
        assertThat(load().fresh()).isEqualTo(token("seed-2"));
        await(store.save(token("rotated-2")));

        Files.writeString(seed, "seed-1");
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("rotated-2"), null, null, null));
        assertThat(seed).hasContent("seed-1");
    }

    @Test
    void aNewSeedHasPrecedenceUntilARefreshSucceeds() throws IOException {
        startFromSeed("seed-1");
        await(store.save(token("rotated")));
        Files.writeString(seed, "seed-2");

        assertThat(load()).isEqualTo(new StoreContents(token("seed-2"), token("rotated"), null, null, null));
        await(store.attempt(token("seed-2")));
        await(store.settle(token("seed-2"), false));
        restart();
        assertThat(load().fresh()).isEqualTo(token("seed-2"));

        await(store.settle(token("rotated"), true));
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("rotated"), null, null, null));
    }

    @Test
    void aSpentSeedNeverComesBackIfNothingCanBeSaved() throws IOException {
        store = store(directory.resolve("missing").resolve("refresh-token"), Runnable::run);
        startFromSeed("seed-1");
        assertThatThrownBy(() -> await(store.save(token("rotated")))).isInstanceOf(StoreFailure.class);

        assertThat(load()).isEqualTo(StoreContents.EMPTY);
        Files.writeString(seed, "seed-2");
        assertThat(load().fresh()).isEqualTo(token("seed-2"));
    }

    @Test
    void aSpentSeedNeverComesBackInTheProcessThatLosesItsFile() throws IOException {
        startFromSeed("seed-1");
        await(store.settle(token("seed-1"), true));
        Files.delete(path);

        assertThat(load()).isEqualTo(StoreContents.EMPTY);
    }

    @Test
    void aSeedIsReadThroughTheUpdateOfAMountedSecret() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        secret(mount, "..1", "seed-1");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        Path mounted = Files.createSymbolicLink(mount.resolve("refresh-token"), Path.of("..data/refresh-token"));
        seed = mounted;
        restart();
        assertThat(load().fresh()).isEqualTo(token("seed-1"));
        await(store.save(token("rotated")));

        secret(mount, "..2", "seed-2");
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(load()).isEqualTo(new StoreContents(token("seed-2"), token("rotated"), null, null, null));
    }

    private static void secret(Path mount, String version, String content) throws IOException {
        Files.writeString(Files.createDirectory(mount.resolve(version)).resolve("refresh-token"), content);
    }

    @Test
    void aTokenThatWorksUnchangedIsKeptWithItsSeed() throws IOException {
        startFromSeed("seed-1");
        await(store.attempt(token("seed-1")));
        await(store.settle(token("seed-1"), true));
        Files.writeString(seed, "seed-0");
        restart();

        assertThat(load()).isEqualTo(new StoreContents(token("seed-0"), token("seed-1"), null, null, null));
    }

    @Test
    void aCrashBeforeTheSaveLeavesDoubt() {
        crashBeforeTheSave();

        assertThat(load()).isEqualTo(new StoreContents(null, token("two"), token("one"), NOW, null));
        assertThat(load()).isEqualTo(new StoreContents(null, token("two"), token("one"), null, null));
    }

    @Test
    void aCrashDuringTheFirstAttemptOfASeedLeavesDoubtToo() throws IOException {
        startFromSeed("seed-1");
        await(store.attempt(token("seed-1")));
        restart();

        assertThat(load()).isEqualTo(new StoreContents(token("seed-1"), null, null, NOW, null));
    }

    @Test
    void doubtOutlastsAFailedAttemptAndEndsWithASuccess() {
        crashBeforeTheSave();
        assertThat(load().attemptedAt()).isEqualTo(NOW);
        await(store.attempt(token("two")));
        await(store.settle(token("two"), false));
        restart();
        assertThat(load().previous()).isEqualTo(token("one"));

        await(store.save(token("three")));
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("three"), null, null, null));
    }

    @Test
    void aCrashAfterTheSaveLeavesNoDoubt() throws IOException {
        await(store.save(token("one")));
        await(store.attempt(token("one")));
        byte[] attempt = Files.readAllBytes(attemptFile());
        await(store.save(token("two")));
        Files.write(attemptFile(), attempt);
        restart();

        assertThat(load()).isEqualTo(new StoreContents(null, token("two"), null, null, null));
    }

    @Test
    void aSettledAttemptLeavesNoDoubt() {
        await(store.save(token("one")));
        await(store.attempt(token("one")));
        await(store.settle(token("one"), false));
        restart();

        assertThat(load()).isEqualTo(new StoreContents(null, token("one"), null, null, null));
        assertThat(attemptFile()).doesNotExist();
    }

    @Test
    void anUnreadableAttemptIsIgnored() throws IOException {
        await(store.save(token("one")));
        Files.writeString(attemptFile(), "{\"format\":1,\"tok");
        restart();

        assertThat(load()).isEqualTo(new StoreContents(null, token("one"), null, null, null));
    }

    @Test
    void thePreviousTokenIsKeptUntilTheNewestHasBeenUsed() {
        await(store.save(token("one")));
        await(store.save(token("two")));
        assertThat(previousFile()).exists();

        await(store.settle(token("two"), true));
        assertThat(previousFile()).doesNotExist();
    }

    @Test
    void aRepeatedSaveKeepsThePreviousToken() {
        await(store.save(token("one")));
        await(store.save(token("two")));
        await(store.save(token("two")));
        await(store.attempt(token("two")));
        restart();

        assertThat(load().previous()).isEqualTo(token("one"));
    }

    @Test
    void aDamagedFileIsSkippedForThePreviousTokenAndKept() throws IOException {
        await(store.save(token("one")));
        await(store.save(token("two")));
        Files.writeString(path, "{\"format\":1,\"refresh_token\":\"s3c");
        restart();

        StoreContents contents = load();
        assertThat(contents.current()).isNull();
        assertThat(contents.previous()).isEqualTo(token("one"));
        assertThat(problem(contents)).isEqualTo(StoreProblem.DAMAGED);

        await(store.save(token("three")));
        assertThat(directory.resolve("refresh-token.damaged")).hasContent("{\"format\":1,\"refresh_token\":\"s3c");
        assertThat(load()).isEqualTo(new StoreContents(null, token("three"), null, null, null));
    }

    @Test
    void aDamagedFileWithoutAPreviousTokenFails() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.writeString(path, "s3cret");

        StoreFailure failure = catchThrowableOfType(StoreFailure.class, this::load);

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

        StoreContents contents = load();

        assertThat(contents.fresh()).isEqualTo(token("from-seed"));
        assertThat(problem(contents)).isEqualTo(StoreProblem.EMPTY);
    }

    @Test
    void aDirectoryInPlaceOfTheFileFails() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.createDirectory(path);

        assertThat(catchThrowableOfType(StoreFailure.class, this::load).problem())
                .isEqualTo(StoreProblem.UNREADABLE);
    }

    @Test
    void anExposedFileIsUsedReportedAndRepaired() throws IOException {
        await(store.save(token("one")));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        StoreContents contents = load();
        assertThat(contents.current()).isEqualTo(token("one"));
        assertThat(problem(contents)).isEqualTo(StoreProblem.EXPOSED);

        await(store.save(token("two")));
        assertThat(load().failure()).isNull();
    }

    @Test
    void anUnreadableSeedMattersOnlyWithoutASavedToken() throws IOException {
        Files.createDirectory(seed);
        assertThat(catchThrowableOfType(Misconfigured.class, this::load).error())
                .isEqualTo("refresh_token_unreadable");

        await(store.save(token("one")));
        assertThat(load().current()).isEqualTo(token("one"));
    }

    @Test
    void withoutTheFileThePreviousTokenIsIgnored() throws IOException {
        await(store.save(token("one")));
        await(store.save(token("two")));
        Files.delete(path);
        Files.writeString(seed, "from-seed");
        restart();

        assertThat(load()).isEqualTo(new StoreContents(token("from-seed"), null, null, null, null));
    }

    @Test
    void aSaveEmitsItsItemWhenItIsDone() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        var subscriber =
                store(path, tasks::add).save(token("rotated")).subscribe().withSubscriber(UniAssertSubscriber.create());

        subscriber.assertNotTerminated();
        assertThat(path).doesNotExist();
        tasks.remove().run();
        subscriber.assertCompleted();
        assertThat(path).exists();
    }

    @Test
    @DisplayName("saves take effect in the order of their subscriptions, however slow the first one is")
    void savesTakeEffectInOrder() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        FileStore slow = store(path, tasks::add);

        var first = slow.save(token("first")).subscribe().withSubscriber(UniAssertSubscriber.create());
        var second = slow.save(token("second")).subscribe().withSubscriber(UniAssertSubscriber.create());
        first.cancel();

        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }

        second.assertCompleted();
        assertThat(load().current()).isEqualTo(token("second"));
    }

    @Test
    void aFailedSaveIsReportedAndLeavesTheOldFile() throws IOException {
        Path plainFile = Files.writeString(directory.resolve("plain"), "content");

        StoreFailure failure = catchThrowableOfType(
                StoreFailure.class,
                () -> await(
                        store(plainFile.resolve("refresh-token"), Runnable::run).save(token("rotated"))));

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNWRITABLE);
        assertThat(plainFile).hasContent("content");
    }

    /** A path inside a ZIP file cannot be opened without following links, because ZIP files have none. */
    @Test
    void aSaveWithAnyOtherExceptionFailsToo() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("data.zip"), Map.of("create", "true"))) {
            store(zip.getPath("/refresh-token"), Runnable::run)
                    .save(token("rotated"))
                    .subscribe()
                    .withSubscriber(UniAssertSubscriber.create())
                    .assertFailedWith(IllegalArgumentException.class);
        }
    }

    private void crashBeforeTheSave() {
        await(store.save(token("one")));
        await(store.save(token("two")));
        await(store.attempt(token("two")));
        restart();
    }

    private void startFromSeed(String value) throws IOException {
        Files.writeString(seed, value);
        assertThat(load().fresh()).isEqualTo(token(value));
    }

    @Test
    void plainTextPlantedInAnEncryptedStoreIsNeverPresented() throws IOException {
        Files.writeString(seed, "from-seed");
        encrypted(false);
        await(store.save(token("one")));
        await(store.save(token("two")));
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

        await(store.save(token("three")));
        assertThat(load().current()).as("a running process overwrites it").isEqualTo(token("three"));
    }

    @Test
    void encryptionIsSwitchedOnOnceWithTheExistingToken() throws IOException {
        await(store.save(token("one")));
        await(store.save(token("two")));
        byte[] plainText = Files.readAllBytes(path);
        encrypted(true);
        assertThat(load().current()).isEqualTo(token("two"));

        await(store.save(token("three")));
        assertThat(path).content().contains("sealed").doesNotContain("three");
        assertThat(previousFile()).content().contains("sealed").doesNotContain("two");

        Files.write(path, plainText);
        assertThat(failure().problem()).isEqualTo(StoreProblem.UNENCRYPTED);
    }

    @Test
    void encryptionIsSwitchedOnWithoutRotationToo() {
        await(store.save(token("one")));
        encrypted(true);
        assertThat(load().current()).isEqualTo(token("one"));

        await(store.settle(token("one"), true));

        assertThat(path).content().contains("sealed").doesNotContain("one");
    }

    @Test
    void aFileOfAnotherStoreWithTheSameKeyIsNeverPresented() throws IOException {
        encrypted(false);
        await(store.save(token("one")));
        byte[] otherContent = Files.readAllBytes(path);
        path = directory.resolve("invoices");
        encrypted(false);
        await(store.save(token("invoices-1")));
        await(store.save(token("invoices-2")));

        Files.write(path, otherContent);
        assertThat(failure().problem()).isEqualTo(StoreProblem.FOREIGN);

        Files.delete(directory.resolve("invoices.previous"));
        Files.write(directory.resolve("invoices.previous"), otherContent);
        Files.writeString(path, "damaged");
        assertThat(failure().problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    private byte[] plainText(String value) throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        await(store(elsewhere, Runnable::run).save(token(value)));
        return Files.readAllBytes(elsewhere);
    }

    private void encrypted(boolean acceptPlainText) {
        List<Secret> key = List.of(Secret.of("a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleS0="));
        InstantSource clock = InstantSource.fixed(NOW);
        store = new FileStore(
                path, new Encryption(() -> key, acceptPlainText), new SeedFile(seed, clock), clock, Runnable::run);
    }

    private StoreFailure failure() {
        return catchThrowableOfType(StoreFailure.class, this::load);
    }

    private Path attemptFile() {
        return directory.resolve("refresh-token.attempt");
    }

    private Path previousFile() {
        return directory.resolve("refresh-token.previous");
    }

    private StoreContents load() {
        return store.load().await().atMost(TIMEOUT);
    }

    private static void await(Uni<Void> operation) {
        operation.await().atMost(TIMEOUT);
    }

    private static StoreProblem problem(StoreContents contents) {
        return Objects.requireNonNull(contents.failure()).problem();
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
