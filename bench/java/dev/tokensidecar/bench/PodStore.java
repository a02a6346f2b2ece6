package dev.tokensidecar.bench;

import dev.tokensidecar.app.SystemTime;
import dev.tokensidecar.kubernetes.ApiServer;
import dev.tokensidecar.kubernetes.SecretStore;
import dev.tokensidecar.kubernetes.ServiceAccount;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.StoredRecord;
import dev.tokensidecar.token.TokenRuntime;
import io.vertx.mutiny.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** What the sidecar of one pod has for the API server: the store, with connections, a thread and a limit of its own. */
final class PodStore implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ExecutorService serialExecutor = Executors.newSingleThreadExecutor();
    private final ApiServer api;
    private final SecretStore store;

    /**
     * Connects to nothing yet.
     *
     * @param opened runs when the API server has accepted the watch
     */
    PodStore(
            Vertx vertx,
            ServiceAccount account,
            ScheduledExecutorService timers,
            String secret,
            String name,
            Runnable opened) {
        TokenRuntime runtime = new TokenRuntime(new SystemTime(), new Random(), timers, serialExecutor);
        api = new ApiServer(vertx, account, runtime, serialExecutor);
        StoreListener listener = new StoreListener() {
            @Override
            public void watchOpened() {
                opened.run();
            }
        };
        ProcessId self = new ProcessId(name, name, name);
        SeedFile noSeed = new SeedFile(null, InstantSource.system());
        store = new SecretStore(api, null, secret, null, noSeed, self, true, listener);
    }

    /** Reads the record, without waiting for the result. */
    CompletableFuture<StoredRecord> read() {
        return store.read().subscribeAsCompletionStage();
    }

    /**
     * Watches the record after the pause of one to two seconds with which each sidecar begins.
     *
     * @param changed runs when another pod has written the record
     */
    void watch(Runnable changed) {
        store.watch(record -> changed.run());
    }

    /** Writes the record and returns its new version. */
    String write(SessionRecord next, String version) {
        return store.write(next, version).await().atMost(TIMEOUT);
    }

    @Override
    public void close() {
        store.close();
        api.close();
        serialExecutor.shutdown();
    }
}
