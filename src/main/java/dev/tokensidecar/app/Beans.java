package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.api.CallerProof;
import dev.tokensidecar.api.Guard;
import dev.tokensidecar.api.Parameters;
import dev.tokensidecar.api.StatusResource;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.SecretFile;
import dev.tokensidecar.store.FileStore;
import dev.tokensidecar.store.MemoryStore;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.telemetry.Listeners;
import dev.tokensidecar.telemetry.RefreshLog;
import dev.tokensidecar.telemetry.TokenMetrics;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.RefreshTokenStore;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Makes everything there is one of, and hands each part plain values. */
final class Beans {

    @Produces
    @Singleton
    SidecarSettings settings(Config config) {
        return new SettingsReader(config, System.getenv()).read();
    }

    @Produces
    @Singleton
    TokenSettings token(SidecarSettings settings) {
        return settings.token();
    }

    @Produces
    @Singleton
    TimeSource time() {
        return new SystemTime();
    }

    @Produces
    @Singleton
    TokenService service(
            TokenSettings settings,
            TimeSource time,
            Vertx vertx,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            @ConfigProperty(name = "quarkus.http.port") int port) {
        ExecutorService workers = Threads.workers();
        AuthorizationServer server = new AuthorizationServers(vertx, tls, workers, Clock.systemUTC()).make(settings);
        TokenRuntime runtime = new TokenRuntime(time, new SecureRandom(), Threads.timers(), workers);
        TokenMetrics metrics = new TokenMetrics(meters, StatusResource.DEFAULT_TOKEN);
        TokenService service = new TokenService(
                server,
                new Session(store(settings), settings.store().timeout(), runtime),
                policy(settings),
                settings.http().maxWaiters(),
                new PeerUsers(port),
                runtime,
                new Listeners(metrics, new RefreshLog(StatusResource.DEFAULT_TOKEN)));
        metrics.watch(service);
        return service;
    }

    @Produces
    @Singleton
    Parameters parameters(TokenSettings settings) {
        return new Parameters(
                settings.http().maxWait(), settings.authorizationServer().timeout());
    }

    @Produces
    @Singleton
    Guard guard(ObjectMapper json, SidecarSettings settings) {
        SidecarSettings.Header header = settings.guard().requiredHeader();
        CallerProof proof = new CallerProof(
                header == null ? null : header.name(),
                header == null ? null : header.value(),
                secrets(settings.guard().callerSecretFile(), "caller secret"));
        return new Guard(json, proof);
    }

    private static RefreshTokenStore store(TokenSettings settings) {
        SeedFile seed = new SeedFile(settings.store().refreshTokenFile(), Clock.systemUTC());
        return settings.store().file() == null
                ? new MemoryStore(seed)
                : new FileStore(
                        settings.store().file(),
                        secrets(settings.store().encryptionKeyFile(), "encryption key"),
                        seed,
                        Clock.systemUTC(),
                        Threads.saver());
    }

    private static @Nullable Supplier<List<Secret>> secrets(@Nullable Path file, String name) {
        return file == null ? null : new SecretFile(file, name)::read;
    }

    private static RefreshPolicy policy(TokenSettings settings) {
        TokenSettings.Refresh refresh = settings.refresh();
        return new RefreshPolicy(
                refresh.ahead(),
                refresh.jitter(),
                refresh.minRemaining(),
                refresh.minInterval(),
                refresh.rejectedInterval(),
                refresh.defaultLife(),
                refresh.probeInterval(),
                settings.authorizationServer().timeout(),
                new BackOff(
                        refresh.backOffInitial(),
                        refresh.backOffMax(),
                        refresh.retryAfterMax(),
                        refresh.throttledMax()));
    }
}
