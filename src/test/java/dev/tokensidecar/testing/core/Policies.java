package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.RefreshPolicy;
import java.time.Duration;

/** Refresh policies that several packages of tests share. */
public final class Policies {

    /** The defaults of the product without the jitter. */
    public static final RefreshPolicy DEFAULT = withJitter(0);

    private Policies() {}

    /** Returns the defaults of the product with this jitter. */
    public static RefreshPolicy withJitter(double jitter) {
        return with(jitter, Duration.ofMinutes(5));
    }

    /** Returns the defaults of the product without the jitter, and with this pause between two probes of a dead session. */
    public static RefreshPolicy withProbeInterval(Duration interval) {
        return with(0, interval);
    }

    private static RefreshPolicy with(double jitter, Duration probeInterval) {
        return new RefreshPolicy(
                Duration.ofSeconds(60),
                jitter,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                probeInterval,
                Duration.ofSeconds(30),
                new BackOff(
                        Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1)));
    }
}
