package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        store = store(path);
    }

    @Test
    void withoutAnyFileThereIsNoToken() {
        assertThat(load()).isEmpty();
    }

    @Test
    void theSeedIsTheTokenToBeginWith() throws IOException {
        Files.writeString(seed, "from-seed");

        assertThat(load()).contains(new RefreshToken(Secret.of("from-seed"), NOW, null));
    }

    @Test
    void aStoredTokenGoesBeforeTheSeedAndTheSeedStaysAsItIs() throws IOException {
        Files.writeString(seed, "from-seed\n");
        RefreshToken stored = token("rotated");

        save(stored);

        assertThat(load()).contains(stored);
        assertThat(seed).hasContent("from-seed\n");
    }

    @Test
    void theNextProcessFindsWhatThisOneSaved() {
        RefreshToken stored = new RefreshToken(
                Secret.of("rotated"), Instant.parse("2026-01-01T00:00:00.123456789Z"), NOW.plusSeconds(1800));

        save(stored);

        assertThat(store(path).load().await().atMost(SOON)).contains(stored);
        assertThat(store.durable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3cret", "{\"format\":1,\"refresh_token\":\"s3cr", "{\"format\":2}", "{\"format\":1}"})
    void aDamagedFileIsReportedWithItsCureAndLeftAlone(String content) throws IOException {
        Files.writeString(seed, "from-seed");
        Files.writeString(path, content);

        Misconfigured failure = catchThrowableOfType(Misconfigured.class, this::load);

        assertThat(failure.error()).isEqualTo("store_unreadable");
        assertThat(failure.detail())
                .isEqualTo("the stored refresh token cannot be read, " + path
                        + " is damaged, or none of this program's files: restore the file, or delete it to start again"
                        + " from sidecar.token.store.refresh-token-file");
        assertThat(failure).hasNoCause();
        assertThat(Files.readString(path)).isEqualTo(content);
    }

    @Test
    void aDirectoryInPlaceOfTheFileIsReportedByName() throws IOException {
        Files.createDirectory(path);

        assertThat(catchThrowableOfType(Misconfigured.class, this::load).detail())
                .contains(path + " is no file that this process may read");
    }

    @Test
    void aSaveReplacesADamagedFile() throws IOException {
        Files.writeString(path, "damaged");

        save(token("rotated"));

        assertThat(load()).contains(token("rotated"));
    }

    @Test
    void aSaveIsDoneWhenItsItemIsEmittedAndNotBefore() {
        Queue<Runnable> held = new ArrayDeque<>();
        FileStore slow = new FileStore(path, new SeedFile(null, InstantSource.fixed(NOW)), held::add);

        var subscriber = slow.save(token("rotated")).subscribe().withSubscriber(UniAssertSubscriber.create());

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
        FileStore slow = new FileStore(path, new SeedFile(null, InstantSource.fixed(NOW)), held::add);

        var first = slow.save(token("first")).subscribe().withSubscriber(UniAssertSubscriber.create());
        var second = slow.save(token("second")).subscribe().withSubscriber(UniAssertSubscriber.create());
        first.cancel();

        while (!held.isEmpty()) {
            held.remove().run();
        }

        second.assertCompleted();
        assertThat(load()).contains(token("second"));
    }

    @Test
    void aSaveThatFailsSaysSoAndLeavesTheOldFile() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("plain"), "content");
        FileStore unwritable = store(notADirectory.resolve("refresh-token"));

        unwritable
                .save(token("rotated"))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(SOON)
                .assertFailedWith(IOException.class);

        assertThat(notADirectory).hasContent("content");
    }

    @Test
    void aSaveThatBreaksOffInAnyOtherWayFailsToo() throws IOException {
        FileSystem gone = FileSystems.newFileSystem(directory.resolve("data.zip"), Map.of("create", "true"));
        Queue<Runnable> held = new ArrayDeque<>();
        FileStore broken =
                new FileStore(gone.getPath("/refresh-token"), new SeedFile(null, InstantSource.fixed(NOW)), held::add);
        gone.close();

        var subscriber = broken.save(token("rotated")).subscribe().withSubscriber(UniAssertSubscriber.create());
        held.remove().run();

        subscriber.assertFailedWith(ClosedFileSystemException.class);
    }

    private FileStore store(Path file) {
        return new FileStore(file, new SeedFile(seed, InstantSource.fixed(NOW)), Runnable::run);
    }

    private Optional<RefreshToken> load() {
        return store.load().await().atMost(SOON);
    }

    private void save(RefreshToken token) {
        store.save(token)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitItem(SOON)
                .assertCompleted();
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
