package dev.tokensidecar.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.store.Encryption;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A pod with a service account, its store, and the API server that it talks to. */
final class Cluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final ProcessId SELF = new ProcessId("orders-1", "uid-1", "run-2");

    final FakeApiServer server;
    final ManualTimers time = new ManualTimers();
    final Path serviceAccount;
    final Path seed;
    final BlockingQueue<String> watch = new LinkedBlockingQueue<>();
    private final ExecutorService serialExecutor = Executors.newSingleThreadExecutor();
    final ApiServer api;
    private final BlockingQueue<StoredRecord> reports = new LinkedBlockingQueue<>();
    final SecretStore store;

    Cluster(Vertx vertx, FakeApiServer server, CertificateAuthority trusted, Path directory) throws Exception {
        this(vertx, server, trusted, directory, "127.0.0.1", null);
    }

    Cluster(
            Vertx vertx,
            FakeApiServer server,
            CertificateAuthority trusted,
            Path directory,
            String host,
            @Nullable Encryption encryption)
            throws Exception {
        this.server = server;
        this.serviceAccount = Files.createTempDirectory(directory, "serviceaccount");
        this.seed = directory.resolve("seed");
        Files.writeString(serviceAccount.resolve("token"), FakeApiServer.TOKEN + "\n");
        Files.writeString(serviceAccount.resolve("namespace"), FakeApiServer.NAMESPACE);
        Files.copy(trusted.pem(), serviceAccount.resolve("ca.crt"));
        ServiceAccount account = new ServiceAccount(
                serviceAccount,
                Map.of("KUBERNETES_SERVICE_HOST", host, "KUBERNETES_SERVICE_PORT", Integer.toString(server.port())));
        TokenRuntime runtime = new TokenRuntime(time, new SplittableRandom(1), time, serialExecutor);
        this.api = new ApiServer(vertx, account, runtime, serialExecutor);
        this.store = new SecretStore(
                api,
                null,
                FakeApiServer.NAME,
                encryption,
                new SeedFile(seed, () -> Instant.EPOCH),
                SELF,
                true,
                new StoreListener() {
                    @Override
                    public void watchOpened() {
                        watch.add("opened");
                    }

                    @Override
                    public void watchEnded(@Nullable StoreProblem problem) {
                        watch.add("ended: " + problem);
                    }
                });
    }

    /** Returns a record with this refresh token. */
    static SessionRecord session(long generation, String token) {
        RefreshToken current = new RefreshToken(Secret.of(token), Instant.EPOCH, null);
        return new SessionRecord(generation, current, null, List.of(), null, null, SharedState.NONE);
    }

    /** Returns what another process would write. */
    static String content(long generation, String token) {
        byte[] json = new RecordFormat(null)
                .encode(session(generation, token), new SecretReference(FakeApiServer.NAMESPACE, FakeApiServer.NAME));
        return new String(json, UTF_8);
    }

    StoredRecord read() {
        return await(store.read());
    }

    String write(SessionRecord next, String version) {
        return await(store.write(next, version));
    }

    /** Writes over the present version. */
    void save(SessionRecord next) {
        var unused = write(next, server.version());
    }

    /** Waits until the API server has responded once. */
    void connect() {
        var unused = read();
    }

    static <T> T await(Uni<T> operation) {
        return operation.await().atMost(PATIENCE);
    }

    /** Begins the watch without its first pause. */
    void watch() throws InterruptedException {
        store.watch(reports::add);
        time.fire(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    /** Waits for what the watch reports next. */
    StoredRecord report() throws InterruptedException {
        return Objects.requireNonNull(reports.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "no report");
    }

    /** Waits for what happens to the watch next. */
    String watchEvent() throws InterruptedException {
        return Objects.requireNonNull(watch.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing");
    }

    @Override
    public void close() {
        store.close();
        api.close();
        server.close();
        serialExecutor.shutdown();
    }
}
