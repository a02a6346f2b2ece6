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
 * What a signal sets off: everything goes on for a while, then no refresh begins any more and the one under way is waited
 * for, then the ports are closed. The process has done what it was asked to, so it ends with 0 and not with 143.
 */
@Singleton
final class Shutdown {

    private static final Logger LOG = Logger.getLogger(Shutdown.class);

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> services;
    private final CountDownLatch delayIsOver = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();

    Shutdown(Instance<SidecarSettings> settings, Instance<TokenServices> services) {
        this.settings = settings;
        this.services = services;
    }

    /** Dev mode and tests have ways of their own to end the application. */
    void install() {
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            Signals.handle("TERM", this::begin);
            Signals.handle("INT", () -> {
                delayIsOver.countDown();
                begin();
            });
        }
    }

    /** Each signal has a thread of its own. The second one ends the delay of the first. */
    private void begin() {
        if (begun.getAndSet(true)) {
            delayIsOver.countDown();
            return;
        }
        SidecarSettings.ShutdownSettings shutdown = settings.get().shutdown();
        LOG.infof(
                "shutting down pre_stop_delay_ms=%d grace_period_ms=%d",
                shutdown.preStopDelay().toMillis(), shutdown.gracePeriod().toMillis());
        await(shutdown);
        finish();
        Quarkus.asyncExit(0);
    }

    private void await(SidecarSettings.ShutdownSettings shutdown) {
        try {
            var unused = delayIsOver.await(shutdown.preStopDelay().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins no refresh any more, and waits for the one that runs. Done twice it does no harm. */
    void finish() {
        services.get().stop(settings.get().shutdown().gracePeriod()).await().indefinitely();
    }
}
