package dev.tokensidecar.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.ProcessResources;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers that act for users, tokens of three seconds, and one fault of the server after the other, for {@code
 * -Dsoak.seconds=N} seconds. Nobody ever gets the token of another user. {@code -Dsoak.seed=N} repeats the choices of an
 * earlier run.
 */
class OnBehalfSoakIT {

    private static final int DURATION_SECONDS = Integer.getInteger("soak.seconds", 40);
    private static final int CALLERS = 100;
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final int SAMPLES = 9;

    private static final List<Fault> FAULTS = List.of(
            Fault.status(503),
            Fault.error(429, "slow_down"),
            Fault.reset(),
            Fault.reset().afterProcessing(),
            Fault.truncated(),
            Fault.garbage(),
            Fault.error(401, "invalid_client"),
            Fault.error(400, "invalid_grant"),
            Fault.slow(Duration.ofMillis(400)),
            Fault.without("expires_in"));

    private final int port = ChildProcess.freePort();

    @SuppressWarnings("NullAway.Init") // see open
    private SidecarTestBed testBed;

    @TempDir
    Path directory;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "OnBehalfSoakIT.log"),
                DemoOptions.builder().accessTokenLifetime(SoakSettings.LIFETIME).build());
        String orders = "SIDECAR_TOKENS_ORDERS_";
        testBed.set(
                orders + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT", testBed.server().tokenEndpoint());
        testBed.set(orders + "CLIENT_ID", DemoOptions.CLIENT_ID);
        testBed.set(orders + "CLIENT_SECRET_FILE", testBed.write("client-secret", DemoOptions.CLIENT_SECRET));
        testBed.set(orders + "GRANT_TYPE", "token_exchange");
        testBed.set(orders + "GRANT_SUBJECT", "request");
        testBed.set(orders + "GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
        testBed.set(orders + "EXCHANGE_CACHE_SIZE", "20000");
        testBed.set(orders + "EXCHANGE_REJECTION_MEMORY", "300ms");
        testBed.set(orders + "REFRESH_BACK_OFF_INITIAL", "100ms");
        testBed.set(orders + "REFRESH_BACK_OFF_MAX", "1s");
        testBed.set(orders + "REFRESH_REJECTED_INTERVAL", "1s");
        testBed.set("SIDECAR_FORWARD_ORDERS_TARGET", testBed.server().issuer());
        testBed.set("SIDECAR_FORWARD_ORDERS_PORT", Integer.toString(port));
        testBed.set("SIDECAR_FORWARD_ORDERS_TOKEN", "orders");
        testBed.set("SIDECAR_FORWARD_ORDERS_SUBJECT", "caller-authorization");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void nobodyGetsTheTokenOfAnotherUserAndNoMemoryGrows() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            var unused = load(sidecar, WARM_UP, new ArrayList<>());
            List<Double> live = new ArrayList<>();

            UserCallers callers = load(sidecar, Duration.ofSeconds(DURATION_SECONDS), live);

            Figures.record(
                    "soak-on-behalf",
                    String.format(
                            Locale.ROOT,
                            "seconds=%d callers=%d answers=%s wrong=%d live_heap_mb=%.1f..%.1f seed=%d",
                            DURATION_SECONDS,
                            CALLERS,
                            callers.outcomes(),
                            callers.examples().size(),
                            least(live.subList(0, SAMPLES / 3)),
                            least(live.subList(SAMPLES - SAMPLES / 3, SAMPLES)),
                            SEED));
            assertThat(callers.examples()).isEmpty();
            assertThat(callers.count("forwarded 200") + callers.count("exchanged 200"))
                    .as("answers with a token")
                    .isGreaterThan(callers.answers() / 4);
            assertThat(least(live.subList(SAMPLES - SAMPLES / 3, SAMPLES)))
                    .as("live heap")
                    .isLessThan(least(live.subList(0, SAMPLES / 3)) + ProcessResources.margin());
        }
    }

    private UserCallers load(SidecarProcess sidecar, Duration time, List<Double> live) throws Exception {
        Random random = new Random(SEED);
        UserCallers callers = new UserCallers(testBed.server(), sidecar, port);
        try (callers) {
            callers.start(CALLERS, SEED);
            Instant begin = Instant.now();
            for (int sample = 1; sample <= SAMPLES; sample++) {
                Instant until = begin.plus(time.multipliedBy(sample).dividedBy(SAMPLES));
                while (Instant.now().isBefore(until)) {
                    disturb(random);
                }
                live.add(ProcessResources.of(sidecar).liveMegabytes());
            }
            testBed.server().faults().clear();
        }
        return callers;
    }

    private void disturb(Random random) {
        if (random.nextInt(5) == 0) {
            testBed.server().revokeAccessTokens();
        } else {
            testBed.server().faults().next(1 + random.nextInt(3), FAULTS.get(random.nextInt(FAULTS.size())));
        }
        LockSupport.parkNanos(Duration.ofMillis(200 + random.nextInt(1500)).toNanos());
    }

    private static double least(List<Double> samples) {
        return samples.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }
}
