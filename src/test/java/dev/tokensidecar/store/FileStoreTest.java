package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoreContents;
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

/** What is offered after what has happened; each new {@link FileStore} is a process that has started again. */
class FileStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(30);

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
    void withoutAnyFileThereIsNoToken() {
        assertThat(load()).isEqualTo(StoreContents.EMPTY);
    }

    @Test
    void theSeedIsTheTokenToBeginWith() throws IOException {
        Files.writeString(seed, "from-seed");

        assertThat(load()).isEqualTo(new StoreContents(token("from-seed"), null, null, null, null));
    }

    @Test
    void theNextProcessFindsWhatThisOneSaved() {
        RefreshToken rotated = new RefreshToken(
                Secret.of("rotated"), Instant.parse("2026-01-01T00:00:00.123456789Z"), NOW.plusSeconds(1800));

        done(store.save(rotated));
        restart();

        assertThat(load().current()).isEqualTo(rotated);
        assertThat(store.durable()).isTrue();
    }

    @Test
    void anOldSeedNeverComesBack() throws IOException {
        startFromSeed("seed-1");
        done(store.save(token("rotated")));
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("rotated"), null, null, null));

        Files.writeString(seed, "seed-2");
        assertThat(load().fresh()).isEqualTo(token("seed-2"));
        done(store.save(token("rotated-2")));

        Files.writeString(seed, "seed-1");
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("rotated-2"), null, null, null));
        assertThat(seed).hasContent("seed-1");
    }

    @Test
    void aNewSeedGoesFirstUntilARefreshSucceeds() throws IOException {
        startFromSeed("seed-1");
        done(store.save(token("rotated")));
        Files.writeString(seed, "seed-2");

        assertThat(load()).isEqualTo(new StoreContents(token("seed-2"), token("rotated"), null, null, null));
        done(store.attempt(token("seed-2")));
        done(store.settle(token("seed-2"), false));
        restart();
        assertThat(load().fresh()).isEqualTo(token("seed-2"));

        done(store.settle(token("rotated"), true));
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("rotated"), null, null, null));
    }

    @Test
    void aSpentSeedNeverComesBackWhereNothingCanBeSaved() throws IOException {
        store = store(directory.resolve("missing").resolve("refresh-token"), Runnable::run);
        startFromSeed("seed-1");
        assertThatThrownBy(() -> done(store.save(token("rotated")))).isInstanceOf(StoreFailure.class);

        assertThat(load()).isEqualTo(StoreContents.EMPTY);
        Files.writeString(seed, "seed-2");
        assertThat(load().fresh()).isEqualTo(token("seed-2"));
    }

    @Test
    void aSpentSeedNeverComesBackInTheProcessThatLosesItsFile() throws IOException {
        startFromSeed("seed-1");
        done(store.settle(token("seed-1"), true));
        Files.delete(path);

        assertThat(load()).isEqualTo(StoreContents.EMPTY);
    }

    @Test
    void aSeedIsReadThroughTheSwapOfAMountedSecret() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        secret(mount, "..1", "seed-1");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        Path mounted = Files.createSymbolicLink(mount.resolve("refresh-token"), Path.of("..data/refresh-token"));
        seed = mounted;
        restart();
        assertThat(load().fresh()).isEqualTo(token("seed-1"));
        done(store.save(token("rotated")));

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
        done(store.attempt(token("seed-1")));
        done(store.settle(token("seed-1"), true));
        Files.writeString(seed, "seed-0");
        restart();

        assertThat(load()).isEqualTo(new StoreContents(token("seed-0"), token("seed-1"), null, null, null));
    }

    @Test
    void aCrashBeforeTheAnswerWasSafeLeavesDoubt() {
        crashBeforeTheAnswerWasSafe();

        assertThat(load()).isEqualTo(new StoreContents(null, token("two"), token("one"), NOW, null));
        assertThat(load()).isEqualTo(new StoreContents(null, token("two"), token("one"), null, null));
    }

    @Test
    void aCrashDuringTheFirstAttemptOfASeedLeavesDoubtToo() throws IOException {
        startFromSeed("seed-1");
        done(store.attempt(token("seed-1")));
        restart();

        assertThat(load()).isEqualTo(new StoreContents(token("seed-1"), null, null, NOW, null));
    }

    @Test
    void doubtOutlastsAnAttemptThatCameToNothingAndEndsWithSuccess() {
        crashBeforeTheAnswerWasSafe();
        assertThat(load().attemptedAt()).isEqualTo(NOW);
        done(store.attempt(token("two")));
        done(store.settle(token("two"), false));
        restart();
        assertThat(load().previous()).isEqualTo(token("one"));

        done(store.save(token("three")));
        restart();
        assertThat(load()).isEqualTo(new StoreContents(null, token("three"), null, null, null));
    }

    @Test
    void aCrashAfterTheAnswerWasSafeLeavesNoDoubt() throws IOException {
        done(store.save(token("one")));
        done(store.attempt(token("one")));
        byte[] note = Files.readAllBytes(note());
        done(store.save(token("two")));
        Files.write(note(), note);
        restart();

        assertThat(load()).isEqualTo(new StoreContents(null, token("two"), null, null, null));
    }

    @Test
    void anAttemptThatIsSettledLeavesNoDoubt() {
        done(store.save(token("one")));
        done(store.attempt(token("one")));
        done(store.settle(token("one"), false));
        restart();

        assertThat(load()).isEqualTo(new StoreContents(null, token("one"), null, null, null));
        assertThat(note()).doesNotExist();
    }

    @Test
    void aNoteThatNobodyCanReadIsNone() throws IOException {
        done(store.save(token("one")));
        Files.writeString(note(), "{\"format\":1,\"tok");
        restart();

        assertThat(load()).isEqualTo(new StoreContents(null, token("one"), null, null, null));
    }

    @Test
    void theTokenBeforeIsKeptUntilTheNewestWasUsed() {
        done(store.save(token("one")));
        done(store.save(token("two")));
        assertThat(before()).exists();

        done(store.settle(token("two"), true));
        assertThat(before()).doesNotExist();
    }

    @Test
    void aSaveThatIsRepeatedKeepsTheTokenBefore() {
        done(store.save(token("one")));
        done(store.save(token("two")));
        done(store.save(token("two")));
        done(store.attempt(token("two")));
        restart();

        assertThat(load().previous()).isEqualTo(token("one"));
    }

    @Test
    void aDamagedFileIsPassedOverForTheTokenBeforeAndKept() throws IOException {
        done(store.save(token("one")));
        done(store.save(token("two")));
        Files.writeString(path, "{\"format\":1,\"refresh_token\":\"s3c");
        restart();

        StoreContents found = load();
        assertThat(found.current()).isNull();
        assertThat(found.previous()).isEqualTo(token("one"));
        assertThat(problem(found)).isEqualTo(StoreProblem.DAMAGED);

        done(store.save(token("three")));
        assertThat(directory.resolve("refresh-token.damaged")).hasContent("{\"format\":1,\"refresh_token\":\"s3c");
        assertThat(load()).isEqualTo(new StoreContents(null, token("three"), null, null, null));
    }

    @Test
    void aDamagedFileWithNothingBeforeItIsLeftToAPerson() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.writeString(path, "s3cret");

        StoreFailure failure = catchThrowableOfType(StoreFailure.class, this::load);

        assertThat(failure.problem()).isEqualTo(StoreProblem.DAMAGED);
        assertThat(failure)
                .hasMessage(path + " is damaged, or none of this program's files")
                .hasNoCause();
        assertThat(path).hasContent("s3cret");
    }

    @Test
    void anEmptyFileIsPassedOver() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.createFile(path);

        StoreContents found = load();

        assertThat(found.fresh()).isEqualTo(token("from-seed"));
        assertThat(problem(found)).isEqualTo(StoreProblem.EMPTY);
    }

    @Test
    void aDirectoryInPlaceOfTheFileIsNotPassedOver() throws IOException {
        Files.writeString(seed, "from-seed");
        Files.createDirectory(path);

        assertThat(catchThrowableOfType(StoreFailure.class, this::load).problem())
                .isEqualTo(StoreProblem.UNREADABLE);
    }

    @Test
    void aFileThatOthersMayReadIsUsedAndToldAndMended() throws IOException {
        done(store.save(token("one")));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        StoreContents found = load();
        assertThat(found.current()).isEqualTo(token("one"));
        assertThat(problem(found)).isEqualTo(StoreProblem.EXPOSED);

        done(store.save(token("two")));
        assertThat(load().failure()).isNull();
    }

    @Test
    void aSeedThatCannotBeReadMattersOnlyWhereNothingElseIs() throws IOException {
        Files.createDirectory(seed);
        assertThat(catchThrowableOfType(Misconfigured.class, this::load).error())
                .isEqualTo("refresh_token_unreadable");

        done(store.save(token("one")));
        assertThat(load().current()).isEqualTo(token("one"));
    }

    @Test
    void withoutItsFileTheTokenBeforeIsForgotten() throws IOException {
        done(store.save(token("one")));
        done(store.save(token("two")));
        Files.delete(path);
        Files.writeString(seed, "from-seed");
        restart();

        assertThat(load()).isEqualTo(new StoreContents(token("from-seed"), null, null, null, null));
    }

    @Test
    void aSaveIsDoneWhenItsItemIsEmittedAndNotBefore() {
        Queue<Runnable> held = new ArrayDeque<>();
        var subscriber =
                store(path, held::add).save(token("rotated")).subscribe().withSubscriber(UniAssertSubscriber.create());

        subscriber.assertNotTerminated();
        assertThat(path).doesNotExist();
        held.remove().run();
        subscriber.assertCompleted();
        assertThat(path).exists();
    }

    @Test
    @DisplayName("saves take effect in the order of their subscriptions, however slow the first one is")
    void savesTakeEffectInOrder() {
        Queue<Runnable> held = new ArrayDeque<>();
        FileStore slow = store(path, held::add);

        var first = slow.save(token("first")).subscribe().withSubscriber(UniAssertSubscriber.create());
        var second = slow.save(token("second")).subscribe().withSubscriber(UniAssertSubscriber.create());
        first.cancel();

        while (!held.isEmpty()) {
            held.remove().run();
        }

        second.assertCompleted();
        assertThat(load().current()).isEqualTo(token("second"));
    }

    @Test
    void aSaveThatFailsSaysSoAndLeavesTheOldFile() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("plain"), "content");

        StoreFailure failure = catchThrowableOfType(
                StoreFailure.class,
                () -> done(store(notADirectory.resolve("refresh-token"), Runnable::run)
                        .save(token("rotated"))));

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNWRITABLE);
        assertThat(notADirectory).hasContent("content");
    }

    /** What a ZIP file holds cannot be opened without following links, since there are none. */
    @Test
    void aSaveThatBreaksOffInAnyOtherWayFailsToo() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("data.zip"), Map.of("create", "true"))) {
            store(zip.getPath("/refresh-token"), Runnable::run)
                    .save(token("rotated"))
                    .subscribe()
                    .withSubscriber(UniAssertSubscriber.create())
                    .assertFailedWith(IllegalArgumentException.class);
        }
    }

    private void crashBeforeTheAnswerWasSafe() {
        done(store.save(token("one")));
        done(store.save(token("two")));
        done(store.attempt(token("two")));
        restart();
    }

    private void startFromSeed(String value) throws IOException {
        Files.writeString(seed, value);
        assertThat(load().fresh()).isEqualTo(token(value));
    }

    @Test
    void plainTextThatSomebodyPlantsInAnEncryptedStoreIsNeverPresented() throws IOException {
        Files.writeString(seed, "from-seed");
        encrypted(false);
        done(store.save(token("one")));
        done(store.save(token("two")));
        byte[] planted = inPlainText("planted");

        Files.write(path, planted);
        encrypted(false);
        assertThat(refusal().problem()).isEqualTo(StoreProblem.UNENCRYPTED);
        assertThat(path).hasBinaryContent(planted);

        Files.write(before(), planted);
        Files.writeString(path, "damaged");
        encrypted(false);
        assertThat(refusal().problem())
                .as("the token before is no way around it")
                .isEqualTo(StoreProblem.DAMAGED);

        done(store.save(token("three")));
        assertThat(load().current()).as("a running process saves over it").isEqualTo(token("three"));
    }

    @Test
    void encryptionIsSwitchedOnWithWhatIsThereAndOnce() throws IOException {
        done(store.save(token("one")));
        done(store.save(token("two")));
        byte[] inPlainText = Files.readAllBytes(path);
        encrypted(true);
        assertThat(load().current()).isEqualTo(token("two"));

        done(store.save(token("three")));
        assertThat(path).content().contains("sealed").doesNotContain("three");
        assertThat(before()).content().contains("sealed").doesNotContain("two");

        Files.write(path, inPlainText);
        assertThat(refusal().problem()).isEqualTo(StoreProblem.UNENCRYPTED);
    }

    @Test
    void encryptionIsSwitchedOnWhereTheTokenStaysTheSameToo() {
        done(store.save(token("one")));
        encrypted(true);
        assertThat(load().current()).isEqualTo(token("one"));

        done(store.settle(token("one"), true));

        assertThat(path).content().contains("sealed").doesNotContain("one");
    }

    @Test
    void aFileOfAnotherStoreWithTheSameKeyIsNeverPresented() throws IOException {
        encrypted(false);
        done(store.save(token("one")));
        byte[] ofTheOther = Files.readAllBytes(path);
        path = directory.resolve("invoices");
        encrypted(false);
        done(store.save(token("invoices-1")));
        done(store.save(token("invoices-2")));

        Files.write(path, ofTheOther);
        assertThat(refusal().problem()).isEqualTo(StoreProblem.FOREIGN);

        Files.delete(directory.resolve("invoices.previous"));
        Files.write(directory.resolve("invoices.previous"), ofTheOther);
        Files.writeString(path, "damaged");
        assertThat(refusal().problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    private byte[] inPlainText(String value) throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        done(store(elsewhere, Runnable::run).save(token(value)));
        return Files.readAllBytes(elsewhere);
    }

    private void encrypted(boolean acceptPlainText) {
        List<Secret> key = List.of(Secret.of("a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleS0="));
        InstantSource clock = InstantSource.fixed(NOW);
        store = new FileStore(
                path, new Encryption(() -> key, acceptPlainText), new SeedFile(seed, clock), clock, Runnable::run);
    }

    private StoreFailure refusal() {
        return catchThrowableOfType(StoreFailure.class, this::load);
    }

    private Path note() {
        return directory.resolve("refresh-token.attempt");
    }

    private Path before() {
        return directory.resolve("refresh-token.previous");
    }

    private StoreContents load() {
        return store.load().await().atMost(SOON);
    }

    private static void done(Uni<Void> operation) {
        operation.await().atMost(SOON);
    }

    private static StoreProblem problem(StoreContents found) {
        return Objects.requireNonNull(found.failure()).problem();
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
