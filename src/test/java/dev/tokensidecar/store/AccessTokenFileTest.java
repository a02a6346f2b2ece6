package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.telemetry.RefreshLog;
import dev.tokensidecar.testing.FakeAuthorizationServer;
import dev.tokensidecar.testing.FakeStore;
import dev.tokensidecar.testing.LocalConnection;
import dev.tokensidecar.testing.LogCapture;
import dev.tokensidecar.testing.RecordingListener;
import dev.tokensidecar.testing.VirtualTime;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.Tokens;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a token service among fakes, in virtual time: what a caller would get, or no file. */
class AccessTokenFileTest {

    private static final FileAccess ACCESS = new FileAccess(PosixFilePermissions.fromString("rw-r-----"), null);
    private static final Caller CALLER = new Caller(Runnable::run, () -> LocalConnection.ANY, CallerListener.NONE);

    /** The product's defaults without the jitter. */
    private static final RefreshPolicy POLICY = new RefreshPolicy(
            Duration.ofSeconds(60),
            0,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1)));

    @TempDir
    Path directory;

    private final VirtualTime time = new VirtualTime();
    private final TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
    private final FakeAuthorizationServer server = new FakeAuthorizationServer();
    private final RecordingListener told = new RecordingListener();
    private Path path;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("access-token");
        server.answerAtOnce();
    }

    private AccessTokenFile file(AccessTokenFormat format, Executor oneAtATime) {
        return new AccessTokenFile(path, ACCESS, format, runtime, oneAtATime, told);
    }

    private AccessTokenFile file() {
        return file(AccessTokenFormat.TEXT, Runnable::run);
    }

    private TokenService service(TokenListener listener) {
        Session session = new Session(new FakeStore(), Duration.ofSeconds(2), runtime);
        return new TokenService(
                server,
                session,
                POLICY,
                10,
                connections -> Collections.nCopies(connections.size(), "all"),
                runtime,
                listener);
    }

    private TokenService started(TokenListener listener) {
        TokenService service = service(listener);
        service.start();
        return service;
    }

    private static UniAssertSubscriber<AccessToken> ask(TokenService service, TokenRequest request) {
        return service.token(request, CALLER).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static UniAssertSubscriber<AccessToken> report(TokenService service, String rejected) {
        return ask(service, TokenRequest.afterRejection(TokenHash.of(Secret.of(rejected)), Duration.ZERO));
    }

    /** What a caller gets that does not wait; null for nothing. */
    private static @Nullable String served(TokenService service) {
        AccessToken token = ask(service, TokenRequest.any(Duration.ZERO)).getItem();
        return token == null ? null : token.value().reveal();
    }

    /** What a reader of the file gets; null for nothing. */
    private @Nullable String content() {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void down() {
        server.failAlways(new RefreshFailure.Unavailable("http_503", "it is down", false, false, null));
    }

    /** A directory in its place can neither be replaced nor removed. */
    @Test
    void whatWentWrongFirstIsToldEvenIfTheRoomCannotBeMadeEither() throws IOException {
        Files.createDirectories(path.resolve("other"));
        List<StoreFailure> failures = new ArrayList<>();
        TokenListener listener = new TokenListener() {
            @Override
            public void fileFailed(StoreFailure failure) {
                failures.add(failure);
            }
        };
        var unused =
                started(new AccessTokenFile(path, ACCESS, AccessTokenFormat.TEXT, runtime, Runnable::run, listener));

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessageNotContaining("DirectoryNotEmptyException");
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(also -> assertThat(also).hasMessageContaining("DirectoryNotEmptyException"));
        });
    }

    @Test
    void aNewTokenIsThereAsSoonAsCallersGetIt() throws IOException {
        TokenService service = started(file());
        assertThat(content()).isEqualTo("access-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");

        report(service, "access-1").assertCompleted();
        assertThat(content()).isEqualTo("access-2");
    }

    @Test
    void itIsWhatACallerWouldGetAtEveryMoment() {
        TokenService service = started(file());

        for (int second = 0; second < 1500; second++) {
            if (second == 200) {
                down();
            }
            if (second == 900) {
                server.answerAtOnce();
            }
            time.advance(Duration.ofSeconds(1));
            assertThat(content()).as("after %d s", second).isEqualTo(served(service));
        }
    }

    @Test
    void itEndsWithTheUsableLifeOfTheToken() {
        AccessTokenFile file = file();
        var unused = started(file);
        down();

        time.advance(Duration.ofSeconds(290));
        assertThat(content()).isEqualTo("access-1");

        time.advance(Duration.ofNanos(1));
        assertThat(content()).isNull();
        assertThat(file.upToDate()).isTrue();
    }

    @Test
    void afterASuspendItEndsWithTheNextLook() {
        var unused = started(file());
        down();

        time.suspend(Duration.ofHours(1));
        time.advance(Duration.ofSeconds(15));

        assertThat(content()).isNull();
    }

    @Test
    void aTokenThatWasOverWhenItCameIsNeverThere() {
        server.holdAgain();
        server.life(Duration.ofSeconds(10));
        var unused = started(file());

        time.advance(Duration.ofSeconds(20));
        server.grant();

        assertThat(content()).isNull();
    }

    /** Other callers get it too until there is a better one. */
    @Test
    void aRejectedTokenStaysUntilItIsReplaced() {
        TokenService service = started(file());
        down();
        report(service, "access-1").assertFailed();

        assertThat(content()).isEqualTo("access-1").isEqualTo(served(service));
    }

    @Test
    void inJsonItTellsWhatATokenResponseTellsAndNothingThatChanges() {
        server.holdAgain();
        TokenService service = started(file(AccessTokenFormat.JSON, Runnable::run));
        server.grant(new Tokens(Secret.of("one"), "Bearer", "read \"all\"", Duration.ofSeconds(300), null, null));
        assertThat(content())
                .isEqualTo(
                        "{\"access_token\":\"one\",\"token_type\":\"Bearer\",\"expires_at\":\"2026-01-01T00:05:01Z\","
                                + "\"scope\":\"read \\\"all\\\"\",\"generation\":1}");

        var unused = report(service, "one");
        server.grant(new Tokens(Secret.of("two"), "Bearer", null, Duration.ofSeconds(300), null, null));
        assertThat(content())
                .isEqualTo(
                        "{\"access_token\":\"two\",\"token_type\":\"Bearer\",\"expires_at\":\"2026-01-01T00:05:01Z\","
                                + "\"generation\":2}");
    }

    @Test
    void whatAFormerProcessLeftIsRemovedAtOnce() throws IOException {
        Files.writeString(path, "access-0");
        Instant now = time.now().instant();
        Path leftover = temporary("access-token.1.tmp", now.minusMillis(1));
        Path ofAnotherToken = temporary("access-token.json.2.tmp", now);

        file().open();

        assertThat(path).doesNotExist();
        assertThat(leftover).doesNotExist();
        assertThat(ofAnotherToken).exists();
    }

    private Path temporary(String name, Instant modified) throws IOException {
        Path half = Files.writeString(directory.resolve(name), "acc");
        return Files.setLastModifiedTime(half, FileTime.from(modified));
    }

    @Test
    void aLateWriteNeverLandsOnANewerOne() {
        List<AccessToken> tokens = twoTokens();
        Queue<Runnable> writes = new ArrayDeque<>();
        AccessTokenFile file = file(AccessTokenFormat.TEXT, writes::add);
        LastRefresh any =
                new LastRefresh(time.now().instant(), RefreshReason.STARTUP, LastRefresh.SUCCESS, Duration.ZERO);

        file.refreshed(any, tokens.getLast(), true);
        file.refreshed(any, tokens.getFirst(), true);
        writes.forEach(Runnable::run);

        assertThat(content()).isEqualTo("access-2");
    }

    private List<AccessToken> twoTokens() {
        List<AccessToken> tokens = new ArrayList<>();
        TokenService service = started(new TokenListener() {
            @Override
            public void refreshed(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
                tokens.add(token);
            }
        });
        report(service, "access-1").assertCompleted();
        return tokens;
    }

    @Test
    void aDirectoryThatIsMissingIsToldOnceAndTriedAgainByAnAlarm() throws IOException {
        path = directory.resolve("missing").resolve("access-token");
        AccessTokenFile file = file();
        TokenService service = started(file);
        time.advance(Duration.ofSeconds(31));

        assertThat(served(service)).isEqualTo("access-1");
        assertThat(told.events()).containsExactly("file UNWRITABLE");
        assertThat(file.upToDate()).isFalse();

        Files.createDirectory(path.getParent());
        time.advance(Duration.ofSeconds(5));

        assertThat(content()).isEqualTo("access-1");
        assertThat(told.events()).containsExactly("file UNWRITABLE", "file well again after UNWRITABLE");
        assertThat(file.upToDate()).isTrue();
    }

    @Test
    void aDirectoryThatIsMissingIsTriedAgainWithTheNextToken() throws IOException {
        path = directory.resolve("missing").resolve("access-token");
        TokenService service = started(file());
        Files.createDirectory(path.getParent());

        report(service, "access-1").assertCompleted();

        assertThat(content()).isEqualTo("access-2");
    }

    /** There is no room for the longer name that it is written under first. */
    @Test
    void aTokenThatCannotBeReplacedIsRemoved() throws IOException {
        path = directory.resolve("t".repeat(250));
        TokenService service = started(file());
        Files.writeString(path, "access-1");

        report(service, "access-1").assertCompleted();

        assertThat(content()).isNull();
        assertThat(served(service)).isEqualTo("access-2");
    }

    @Test
    void whatCannotBeRemovedShowsInTheMeter() throws IOException {
        Path occupied = Files.createDirectories(path.resolve("occupied"));
        AccessTokenFile file = file();
        file.open();
        assertThat(file.upToDate()).isFalse();

        Files.delete(occupied);
        time.advance(Duration.ofSeconds(5));
        assertThat(path).doesNotExist();
        assertThat(file.upToDate()).isTrue();
    }

    @Test
    void aVolumeThatHangsShowsInTheMeter() {
        AccessTokenFile file = file(AccessTokenFormat.TEXT, task -> {});
        TokenService service = started(file);

        assertThat(served(service)).isEqualTo("access-1");
        assertThat(file.upToDate()).isFalse();
    }

    @Test
    void theEndRemovesItForGood() {
        TokenService service = started(file());
        server.holdAgain();
        var unused = report(service, "access-1");
        UniAssertSubscriber<Void> end =
                service.stop(Duration.ofSeconds(1)).subscribe().withSubscriber(UniAssertSubscriber.create());
        assertThat(content()).as("while the flight is waited for").isEqualTo("access-1");

        time.advance(Duration.ofSeconds(1));
        end.assertCompleted();
        assertThat(content()).isNull();

        server.grant();
        assertThat(content()).as("a flight that landed too late").isNull();
    }

    @Test
    void aVolumeThatHangsKeepsNobodyFromEnding() {
        TokenService service = started(file(AccessTokenFormat.TEXT, task -> {}));
        UniAssertSubscriber<Void> end =
                service.stop(Duration.ofSeconds(1)).subscribe().withSubscriber(UniAssertSubscriber.create());
        end.assertNotTerminated();

        time.advance(Duration.ofSeconds(2));

        end.assertCompleted();
    }

    @Test
    void noTokenIsToldWhateverFails() throws IOException {
        var occupied = Files.createDirectories(path.resolve("occupied"));
        assertThat(occupied).exists();
        server.holdAgain();
        try (LogCapture log = LogCapture.of("")) {
            var unused = started(new AccessTokenFile(
                    path, ACCESS, AccessTokenFormat.JSON, runtime, Runnable::run, new RefreshLog("default")));
            server.grant(new Tokens(Secret.of("s3cret"), "Bearer", null, Duration.ofSeconds(300), null, null));

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("token file in trouble token=default problem=unwritable cure=", path.toString())
                    .doesNotContain("s3cret");
        }
    }
}
