package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.egress.ProxyRules;
import io.quarkus.arc.Arc;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.CertificateRecorder;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.mutiny.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/**
 * What a command needs to send requests as the server would: an event loop, and TLS and proxies as configured. Opens no
 * listener, and connects to nobody by itself.
 */
final class CommandConnections implements AutoCloseable {

    private final InstantSource clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService workers = Threads.workers();
    private final Vertx vertx;
    private final TlsConfigurationRegistry tls;
    private final ProxyRules proxies;

    private CommandConnections(Vertx vertx, TlsConfigurationRegistry tls, ProxyRules proxies) {
        this.vertx = vertx;
        this.tls = tls;
        this.proxies = proxies;
    }

    /**
     * Reads the certificate files of {@code quarkus.tls}.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException if one of them cannot be used
     */
    static CommandConnections open(SmallRyeConfig config, SidecarSettings settings) {
        Vertx vertx = EventLoops.create(List.of(new TlsFilesCheck(config)));
        try {
            return new CommandConnections(vertx, tls(config, vertx), Proxies.rules(settings.proxy()));
        } catch (RuntimeException unusable) {
            vertx.closeAndAwait();
            throw unusable;
        }
    }

    /** Quarkus looks for beans that bring certificates; there are none, but the container has to exist. */
    private static TlsConfigurationRegistry tls(SmallRyeConfig config, Vertx vertx) {
        var unused = Arc.initialize();
        CertificateRecorder recorder =
                new CertificateRecorder(new RuntimeValue<>(config.getConfigMapping(TlsConfig.class)));
        recorder.validateCertificates(Set.of(), new RuntimeValue<>(vertx.getDelegate()), new UntilTheProcessEnds());
        return recorder;
    }

    /** Builds the clients of authorization servers, and their transports. */
    AuthorizationServers servers() {
        return new AuthorizationServers(transports(), tls, clock, random);
    }

    /** Builds the way to any server. */
    Transports transports() {
        return new Transports(vertx, workers, proxies);
    }

    Vertx vertx() {
        return vertx;
    }

    InstantSource clock() {
        return clock;
    }

    Executor workers() {
        return workers;
    }

    SecureRandom random() {
        return random;
    }

    TlsConfigurationRegistry tls() {
        return tls;
    }

    @Override
    public void close() {
        vertx.closeAndAwait();
        workers.shutdownNow();
    }

    /** What Quarkus wants to do at its shutdown is not worth doing in a process that ends. */
    private static final class UntilTheProcessEnds implements ShutdownContext {

        @Override
        public void addShutdownTask(Runnable unneeded) {}

        @Override
        public void addLastShutdownTask(Runnable unneeded) {}
    }
}
