package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.token.TokenServices;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Shuts down after a signal. The sidecar continues to serve during the pre-stop delay, then starts no further refresh, waits
 * for the one in flight, and closes the ports. The process ends as requested, so its exit code is 0 and not 143.
 */
@Singleton
final class Shutdown {

    private static final Logger LOG = Logger.getLogger(Shutdown.class);

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> services;
    private final CountDownLatch delayEnded = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();

    Shutdown(Instance<SidecarSettings> settings, Instance<TokenServices> services) {
        this.settings = settings;
        this.services = services;
    }

    /** Installs the signal handlers. Dev mode and tests end the application by other means. */
    void install() {
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            Signals.handle("TERM", this::begin);
            Signals.handle("INT", () -> {
                delayEnded.countDown();
                begin();
            });
        }
    }

    /** Runs on a thread of its own for each signal. A second signal ends the delay of the first. */
    private void begin() {
        if (begun.getAndSet(true)) {
            delayEnded.countDown();
            return;
        }
        SidecarSettings.ShutdownSettings shutdown = settings.get().shutdown();
        LOG.infof(
                "shutting down pre_stop_delay_ms=%d grace_period_ms=%d",
                shutdown.preStopDelay().toMillis(), shutdown.gracePeriod().toMillis());
        awaitDelay(shutdown);
        finish();
        Quarkus.asyncExit(0);
    }

    private void awaitDelay(SidecarSettings.ShutdownSettings shutdown) {
        try {
            var unused = delayEnded.await(shutdown.preStopDelay().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prevents further refreshes and waits for the one in flight. Idempotent. */
    void finish() {
        services.get().stop(settings.get().shutdown().gracePeriod()).await().indefinitely();
    }
}
