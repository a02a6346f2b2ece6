package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.telemetry.RefreshLog;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.LocalConnection;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.core.RecordingListener;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
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
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a token service with fakes, in virtual time: the token that a caller would get, or no file. */
class AccessTokenFileTest {

    private static final FileCredential IDENTITY = new FileCredential("id_token");

    private static final FileAccess ACCESS = new FileAccess(PosixFilePermissions.fromString("rw-r-----"), null);
    private static final Caller CALLER = new Caller(Runnable::run, () -> LocalConnection.ANY, CallerListener.NONE);

    @TempDir
    Path directory;

    private final VirtualTime time = new VirtualTime();
    private final TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
    private final FakeAuthorizationServer server = new FakeAuthorizationServer();
    private final RecordingListener listener = new RecordingListener();
    private Path path;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("access-token");
        server.respondImmediately();
    }

    private AccessTokenFile file(TokenFileFormat format, Executor serialExecutor) {
        return new AccessTokenFile(path, ACCESS, format, runtime, serialExecutor, listener);
    }

    private AccessTokenFile file() {
        return file(new TextFile(FileCredential.ACCESS_TOKEN), Runnable::run);
    }

    private TokenService service(AccessTokenPublisher publisher) {
        Session session = new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime);
        return new TokenService(
                "default",
                server,
                session,
                Policies.DEFAULT,
                10,
                connections -> Collections.nCopies(connections.size(), "all"),
                runtime,
                new TokenListener() {},
                publisher);
    }

    private TokenService started(AccessTokenPublisher publisher) {
        TokenService service = service(publisher);
        service.start();
        return service;
    }

    private static UniAssertSubscriber<AccessToken> ask(TokenService service, TokenRequest request) {
        return service.token(request, CALLER).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static UniAssertSubscriber<AccessToken> report(TokenService service, String rejected) {
        return ask(service, TokenRequest.afterRejection(TokenHash.of(Secret.of(rejected)), Duration.ZERO));
    }

    /** Returns the token that a caller gets without waiting; null for none. */
    private static @Nullable String served(TokenService service) {
        AccessToken token = ask(service, TokenRequest.any(Duration.ZERO)).getItem();
        return token == null ? null : token.value().reveal();
    }

    /** Returns what a reader of the file gets; null for nothing. */
    private @Nullable String content() {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException missing) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void down() {
        server.failAlways(new RefreshFailure.Unavailable("http_503", "it is down", false, false, null));
    }

    /** A directory in the file's place can neither be replaced nor removed. */
    @Test
    void theFirstFailureIsReportedEvenIfTheCleanUpFailsToo() throws IOException {
        Files.createDirectories(path.resolve("other"));
        List<StoreFailure> failures = new ArrayList<>();
        AccessTokenPublisher.Listener listening = new AccessTokenPublisher.Listener() {
            @Override
            public void publishingFailed(StoreFailure failure) {
                failures.add(failure);
            }

            @Override
            public void publishingRecovered(StoreProblem from) {}
        };
        var unused = started(new AccessTokenFile(
                path, ACCESS, new TextFile(FileCredential.ACCESS_TOKEN), runtime, Runnable::run, listening));

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessageNotContaining("DirectoryNotEmptyException");
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(also -> assertThat(also).hasMessageContaining("DirectoryNotEmptyException"));
        });
    }

    @Test
    void aNewTokenIsWrittenAsSoonAsCallersGetIt() throws IOException {
        TokenService service = started(file());
        assertThat(content()).isEqualTo("access-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");

        report(service, "access-1").assertCompleted();
        assertThat(content()).isEqualTo("access-2");
    }

    @Test
    void theFileAlwaysHasWhatACallerWouldGet() {
        TokenService service = started(file());

        for (int second = 0; second < 1500; second++) {
            if (second == 200) {
                down();
            }
            if (second == 900) {
                server.respondImmediately();
            }
            time.advance(Duration.ofSeconds(1));
            assertThat(content()).as("after %d s", second).isEqualTo(served(service));
        }
    }

    @Test
    void theFileIsRemovedAtTheEndOfTheUsableLifetime() {
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
    void afterASuspendTheNextUpdateRemovesTheFile() {
        var unused = started(file());
        down();

        time.suspend(Duration.ofHours(1));
        time.advance(Duration.ofSeconds(15));

        assertThat(content()).isNull();
    }

    @Test
    void aTokenThatArrivesExpiredIsNeverWritten() {
        server.holdRequests();
        server.accessTokenLifetime(Duration.ofSeconds(10));
        var unused = started(file());

        time.advance(Duration.ofSeconds(20));
        server.grant();

        assertThat(content()).isNull();
    }

    /** Other callers get it too until a better one exists. */
    @Test
    void aRejectedTokenStaysUntilItIsReplaced() {
        TokenService service = started(file());
        down();
        report(service, "access-1").assertFailed();

        assertThat(content()).isEqualTo("access-1").isEqualTo(served(service));
    }

    @Test
    void theFileMayHaveAFurtherField() {
        server.holdRequests();
        var unused = started(file(new TextFile(IDENTITY), Runnable::run));
        server.reply(withIdentity("one", "identity-1"));

        assertThat(content()).isEqualTo("identity-1");
    }

    @Test
    void jsonHasTheFieldInAddition() {
        server.holdRequests();
        var unused = started(file(new JsonFile(IDENTITY), Runnable::run));
        server.reply(withIdentity("one", "identity-1"));

        assertThat(content())
                .startsWith("{\"access_token\":\"one\",")
                .endsWith(",\"generation\":1,\"id_token\":\"identity-1\"}");
    }

    @Test
    void withoutTheFieldThereIsNoFile() {
        server.holdRequests();
        AccessTokenFile file = file(new TextFile(IDENTITY), Runnable::run);
        TokenService service = started(file);
        server.reply(withIdentity("one", "identity-1"));
        var unused = report(service, "one");
        server.reply(new TokenResponse(Secret.of("two"), "Bearer", null, Duration.ofSeconds(300), null, null));

        assertThat(path).doesNotExist();
        assertThat(file.upToDate()).isFalse();
    }

    private static TokenResponse withIdentity(String token, String identity) {
        return new TokenResponse(
                Secret.of(token),
                "Bearer",
                null,
                Duration.ofSeconds(300),
                null,
                null,
                null,
                new TokenFields(Map.of("id_token", Secret.of(identity))));
    }

    @Test
    void jsonHasTheConstantFieldsOfATokenResponse() {
        server.holdRequests();
        TokenService service = started(file(new JsonFile(FileCredential.ACCESS_TOKEN), Runnable::run));
        server.reply(
                new TokenResponse(Secret.of("one"), "Bearer", "read \"all\"", Duration.ofSeconds(300), null, null));
        assertThat(content())
                .isEqualTo(
                        "{\"access_token\":\"one\",\"token_type\":\"Bearer\",\"expires_at\":\"2026-01-01T00:05:01Z\","
                                + "\"scope\":\"read \\\"all\\\"\",\"generation\":1}");

        var unused = report(service, "one");
        server.reply(new TokenResponse(Secret.of("two"), "Bearer", null, Duration.ofSeconds(300), null, null));
        assertThat(content())
                .isEqualTo(
                        "{\"access_token\":\"two\",\"token_type\":\"Bearer\",\"expires_at\":\"2026-01-01T00:05:01Z\","
                                + "\"generation\":2}");
    }

    @Test
    void envoyGetsTheValueOfTheHeaderAndAnEmptySecretForNone() throws IOException {
        Files.writeString(path, "of an earlier process");
        AccessTokenFile file = file(new EnvoySecret("orders", FileCredential.ACCESS_TOKEN), Runnable::run);

        file.open();
        assertThat(content()).isEqualTo(secret("", "none"));

        var unused = started(file);
        assertThat(content()).isEqualTo(secret("Bearer access-1", "1"));
        assertThat(file.upToDate()).isTrue();

        down();
        time.advance(Duration.ofSeconds(291));
        assertThat(content()).isEqualTo(secret("", "none"));
        assertThat(file.upToDate()).isTrue();
    }

    @Test
    void aFileThatCannotBecomeEmptyIsRemovedAndTheNextAttemptSucceeds() throws IOException {
        Files.createDirectory(path);
        AccessTokenFile file = file(new EnvoySecret("orders", FileCredential.ACCESS_TOKEN), Runnable::run);

        file.open();
        assertThat(path).doesNotExist();
        assertThat(listener.events()).containsExactly("file UNWRITABLE");

        time.advance(Duration.ofSeconds(5));
        assertThat(content()).isEqualTo(secret("", "none"));
        assertThat(file.upToDate()).isTrue();
    }

    private static String secret(String value, String version) {
        return ("{\"version_info\":\"%s\",\"resources\":[{"
                        + "\"@type\":\"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret\","
                        + "\"name\":\"orders\",\"generic_secret\":{\"secret\":{\"inline_string\":\"%s\"}}}]}")
                .formatted(version, value);
    }

    @Test
    void theLeftoversOfAnEarlierProcessAreRemovedImmediately() throws IOException {
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
        Path leftover = Files.writeString(directory.resolve(name), "acc");
        return Files.setLastModifiedTime(leftover, FileTime.from(modified));
    }

    @Test
    void aLateWriteNeverOverwritesANewerOne() {
        List<AccessToken> tokens = twoTokens();
        Queue<Runnable> writes = new ArrayDeque<>();
        AccessTokenFile file = file(new TextFile(FileCredential.ACCESS_TOKEN), writes::add);

        file.publish(tokens.getLast());
        file.publish(tokens.getFirst());
        writes.forEach(Runnable::run);

        assertThat(content()).isEqualTo("access-2");
    }

    private List<AccessToken> twoTokens() {
        List<AccessToken> tokens = new ArrayList<>();
        TokenService service = started(new AccessTokenPublisher() {
            @Override
            public void publish(AccessToken token) {
                tokens.add(token);
            }
        });
        report(service, "access-1").assertCompleted();
        return tokens;
    }

    @Test
    void aMissingDirectoryIsReportedOnceAndRetriedByATimer() throws IOException {
        path = directory.resolve("missing").resolve("access-token");
        AccessTokenFile file = file();
        TokenService service = started(file);
        time.advance(Duration.ofSeconds(31));

        assertThat(served(service)).isEqualTo("access-1");
        assertThat(listener.events()).containsExactly("file UNWRITABLE");
        assertThat(file.upToDate()).isFalse();

        Files.createDirectory(path.getParent());
        time.advance(Duration.ofSeconds(5));

        assertThat(content()).isEqualTo("access-1");
        assertThat(listener.events()).containsExactly("file UNWRITABLE", "file recovered from UNWRITABLE");
        assertThat(file.upToDate()).isTrue();
    }

    @Test
    void aMissingDirectoryIsRetriedWithTheNextToken() throws IOException {
        path = directory.resolve("missing").resolve("access-token");
        TokenService service = started(file());
        Files.createDirectory(path.getParent());

        report(service, "access-1").assertCompleted();

        assertThat(content()).isEqualTo("access-2");
    }

    /** The name is so long that the staging directory's longer name exceeds the limit. */
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
    void aFailedRemovalShowsInTheMeter() throws IOException {
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
        AccessTokenFile file = file(new TextFile(FileCredential.ACCESS_TOKEN), task -> {});
        TokenService service = started(file);

        assertThat(served(service)).isEqualTo("access-1");
        assertThat(file.upToDate()).isFalse();
    }

    @Test
    void theShutdownRemovesTheFileForGood() {
        TokenService service = started(file());
        server.holdRequests();
        var unused = report(service, "access-1");
        UniAssertSubscriber<Void> end =
                service.stop(Duration.ofSeconds(1)).subscribe().withSubscriber(UniAssertSubscriber.create());
        assertThat(content()).as("while the shutdown waits for the flight").isEqualTo("access-1");

        time.advance(Duration.ofSeconds(1));
        end.assertCompleted();
        assertThat(content()).isNull();

        server.grant();
        assertThat(content()).as("a flight that completed too late").isNull();
    }

    @Test
    void aVolumeThatHangsDoesNotDelayTheShutdown() {
        TokenService service = started(file(new TextFile(FileCredential.ACCESS_TOKEN), task -> {}));
        UniAssertSubscriber<Void> end =
                service.stop(Duration.ofSeconds(1)).subscribe().withSubscriber(UniAssertSubscriber.create());
        end.assertNotTerminated();

        time.advance(Duration.ofSeconds(2));

        end.assertCompleted();
    }

    @Test
    void noFailureLogsAToken() throws IOException {
        var occupied = Files.createDirectories(path.resolve("occupied"));
        assertThat(occupied).exists();
        server.holdRequests();
        try (LogCapture log = LogCapture.of("")) {
            var unused = started(new AccessTokenFile(
                    path,
                    ACCESS,
                    new JsonFile(FileCredential.ACCESS_TOKEN),
                    runtime,
                    Runnable::run,
                    new RefreshLog("default")));
            server.reply(new TokenResponse(Secret.of("s3cret"), "Bearer", null, Duration.ofSeconds(300), null, null));

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("token file write failed token=default problem=unwritable cure=", path.toString())
                    .doesNotContain("s3cret");
        }
    }
}
