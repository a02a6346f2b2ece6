package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.app.SystemTime;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.LocalConnection;
import dev.tokensidecar.testing.core.RecordingListener;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** A program reads in a tight loop while the token is replaced 10,000 times, with outages in between. */
@Timeout(180)
class AccessTokenFileRaceTest {

    private static final int REPLACEMENTS = 10_000;
    private static final int BETWEEN_OUTAGES = 4_000;
    private static final int LENGTH = 8_000;
    private static final Duration LIFETIME = Duration.ofSeconds(4);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Caller CALLER = new Caller(Runnable::run, () -> LocalConnection.ANY, CallerListener.NONE);

    /** Stops handing out a token when less than a sixth of its lifetime is left. */
    private static final RefreshPolicy POLICY = new RefreshPolicy(
            Duration.ofMinutes(1),
            0,
            Duration.ofMinutes(1),
            Duration.ZERO,
            Duration.ZERO,
            LIFETIME,
            Duration.ZERO,
            TIMEOUT,
            new BackOff(Duration.ofMillis(10), Duration.ofMillis(10), Duration.ZERO, Duration.ZERO));

    @TempDir(factory = InMemory.class)
    Path directory;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ExecutorService saver = Executors.newSingleThreadExecutor();
    private final TokenRuntime runtime = new TokenRuntime(new SystemTime(), new Random(1), timers, workers);
    private final Server server = new Server();
    private final AtomicBoolean finished = new AtomicBoolean();

    /** Mutiny looks up its context propagation at the first use, and fails if two threads do so at the same time. */
    @BeforeAll
    static void loadContextPropagation() {
        var unused = Uni.createFrom().item(1).map(item -> item).await().atMost(TIMEOUT);
    }

    @AfterEach
    void endThreads() {
        finished.set(true);
        timers.shutdownNow();
        workers.shutdownNow();
        saver.shutdownNow();
    }

    /** Keeps the file in memory, where it belongs. On a disk, most of the time would go into forcing it out. */
    static final class InMemory implements TempDirFactory {
        private static final Path MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "token-file")
                    : Files.createTempDirectory("token-file");
        }
    }

    /** Grants tokens that contain their expiry and otherwise repeat one letter. */
    private static final class Server implements AuthorizationServer {
        private final AtomicBoolean down = new AtomicBoolean();
        private final AtomicInteger granted = new AtomicInteger();

        @Override
        public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
            return down.get()
                    ? Uni.createFrom()
                            .failure(new RefreshFailure.Unavailable("http_503", "it is down", false, false, null))
                    : Uni.createFrom().item(this::grant);
        }

        private TokenResponse grant() {
            char letter = (char) ('a' + granted.incrementAndGet() % 26);
            String token = System.nanoTime() + LIFETIME.toNanos() + "."
                    + Character.toString(letter).repeat(LENGTH);
            return new TokenResponse(Secret.of(token), "Bearer", null, LIFETIME, null, null);
        }
    }

    @Test
    void aReaderNeverSeesATornOrExpiredTokenOrAnotherMode() throws Exception {
        Path path = directory.resolve("access-token");
        FileAccess access = new FileAccess(PosixFilePermissions.fromString("rw-r-----"), null);
        AccessTokenFile file = new AccessTokenFile(
                path, access, new TextFile(FileCredential.ACCESS_TOKEN), runtime, saver, new RecordingListener());
        Session session = new Session(new FakeStore(), TIMEOUT, FakeStore.PROCESS, runtime);
        TokenService service = new TokenService(
                "default",
                server,
                session,
                POLICY,
                10,
                connections -> Collections.nCopies(connections.size(), "all"),
                runtime,
                new TokenListener() {},
                file);
        file.open();
        service.start();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> read(path), workers);

        for (int i = 1; i <= REPLACEMENTS && !reader.isDone(); i++) {
            if (i % BETWEEN_OUTAGES == 0) {
                outage(path, reader::isDone);
            }
            refresh(service);
        }
        finished.set(true);

        assertThat(reader.get(20, TimeUnit.SECONDS)).as("tokens seen").isGreaterThan(100);
        assertThat(server.granted.get()).isGreaterThanOrEqualTo(REPLACEMENTS);
    }

    /** Gets the next token, and waits until it has been written. */
    private void refresh(TokenService service) throws Exception {
        AccessToken token =
                service.token(TokenRequest.any(TIMEOUT), CALLER).await().atMost(TIMEOUT);
        TokenRequest report = TokenRequest.afterRejection(TokenHash.of(token.value()), TIMEOUT);
        var unused = service.token(report, CALLER).await().atMost(TIMEOUT);
        saver.submit(() -> {}).get(20, TimeUnit.SECONDS);
    }

    /** Takes the server down until the token in the file has expired. */
    private void outage(Path path, BooleanSupplier failed) {
        server.down.set(true);
        await(() -> Files.notExists(path) || failed.getAsBoolean());
        server.down.set(false);
        await(() -> Files.exists(path) || failed.getAsBoolean());
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Reads until the test ends, or until the first wrong token. */
    private int read(Path path) {
        Set<String> seen = new HashSet<>();
        while (!finished.get()) {
            long before = System.nanoTime();
            try {
                String[] parts = Files.readString(path).split("\\.", -1);
                assertThat(parts).hasSize(2);
                assertThat(parts[1]).hasSize(LENGTH);
                assertThat(parts[1]).containsOnlyOnce(parts[1].substring(0, 1).repeat(LENGTH));
                assertThat(before).isLessThan(Long.parseLong(parts[0]));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rw-r-----");
                seen.add(parts[0]);
            } catch (NoSuchFileException missing) {
                Thread.onSpinWait();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return seen.size();
    }
}
