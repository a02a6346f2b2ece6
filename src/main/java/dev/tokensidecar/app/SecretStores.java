package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.kubernetes.ApiServer;
import dev.tokensidecar.kubernetes.PodEvents;
import dev.tokensidecar.kubernetes.SecretStore;
import dev.tokensidecar.kubernetes.ServiceAccount;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.telemetry.StoreApiMetrics;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRuntime;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Builds stores in Secrets of Kubernetes. All of them share the connections to the API server, its clock and the limit of
 * calls. Only this class uses package {@code kubernetes}, and only a configured Secret loads it: without one, a sidecar pays
 * nothing for that package.
 */
final class SecretStores implements AutoCloseable {

    private final ApiServer api;
    private final TokenRuntime runtime;
    private final MeterRegistry meters;
    private final ProcessId self;
    private final InstantSource clock;
    private final List<SecretStore> stores = new ArrayList<>();

    /**
     * Connects to nothing yet.
     *
     * @param self the holder of claims of this process
     */
    SecretStores(
            Vertx vertx,
            TokenRuntime runtime,
            MeterRegistry meters,
            ProcessId self,
            InstantSource clock,
            Map<String, String> environment) {
        this.api = new ApiServer(vertx, ServiceAccount.mounted(environment), runtime, Threads.saver());
        this.runtime = runtime;
        this.meters = meters;
        this.self = self;
        this.clock = clock;
    }

    /** Calls nobody yet. */
    RecordStore make(TokenSettings.Store settings, TokenSettings.KubernetesSecret secret) {
        SecretStore store = new SecretStore(
                api,
                secret.namespace(),
                secret.name(),
                Stores.encryption(settings),
                new SeedFile(settings.refreshTokenFile(), clock),
                self,
                secret.claimRequired(),
                new StoreApiMetrics(meters, secret.name(), runtime.time()));
        stores.add(store);
        return store;
    }

    /** Returns what creates Events of this pod for one token. Kubernetes shows them by the UID of the pod. */
    TokenListener events(String token) {
        return self.hasPlace() ? new PodEvents(api, self, token) : TokenListener.NONE;
    }

    /** Ends the watches, so that the end of the process does not look like a failure of the API server. */
    @Override
    public void close() {
        stores.forEach(SecretStore::close);
        api.close();
    }
}
