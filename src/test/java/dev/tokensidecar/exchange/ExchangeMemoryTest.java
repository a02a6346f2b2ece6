package dev.tokensidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What stays in memory while many users pass. */
class ExchangeMemoryTest {

    private static final int SUBJECTS = Integer.getInteger("exchange.subjects", 200_000);
    private static final int CACHE_BYTES = 4 * 1024 * 1024;
    private static final double MEGABYTE = 1024 * 1024;

    private static final ExchangeRequest.RequestedToken TARGET =
            new ExchangeRequest.RequestedToken(List.of("orders"), List.of(), null, null);

    private final VirtualTime time = new VirtualTime();

    /** {@code -Dexchange.subjects=N} sets how many. */
    @Test
    void theMemoryIsBoundedHoweverManyUsersPass() {
        Random random = new Random(1);
        ExchangedTokens tokens = new ExchangedTokens(
                request -> Uni.createFrom()
                        .item(new ExchangeServer.Exchanged(FakeExchangeServer.token(random, 1200), null)),
                new ExchangePolicy(16, 10_000, CACHE_BYTES, Duration.ofSeconds(5), Policies.DEFAULT),
                new TokenRuntime(time, random, time, Runnable::run),
                new ExchangeListener() {});
        double before = liveMegabytes();
        double most = 0;
        for (int subject = 1; subject <= SUBJECTS; subject++) {
            var unused = tokens.token(
                            new ExchangeRequest(Secret.of("subject-" + subject), "jwt", null, null, TARGET),
                            Duration.ofSeconds(5))
                    .await()
                    .indefinitely();
            if (subject % (SUBJECTS / 10) == 0) {
                most = Math.max(most, liveMegabytes() - before);
            }
        }
        Figures.record(
                "exchange-memory",
                String.format(
                        Locale.ROOT,
                        "subjects=%d cache_bytes=%d entries=%d most_live_heap_mb=%.1f",
                        SUBJECTS,
                        CACHE_BYTES,
                        tokens.cached(),
                        most));
        assertThat(most).isLessThan(1.6 * CACHE_BYTES / MEGABYTE + 2);
        assertThat(tokens.cached()).isPositive().isLessThan(CACHE_BYTES / 1200);
    }

    private static double liveMegabytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
    }
}
