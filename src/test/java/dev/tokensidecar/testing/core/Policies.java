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
        return new RefreshPolicy(
                Duration.ofSeconds(60),
                jitter,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                new BackOff(
                        Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1)));
    }
}
