package dev.tokensidecar.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshReason;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The page remembers a bounded number of refreshes. */
class RefreshHistoryTest {

    private final RefreshHistory history = new RefreshHistory(new VirtualTime());

    private void failAt(long second) {
        RefreshFailure failure = new RefreshFailure.InvalidResponse("no JSON");
        history.refreshStarting(RefreshReason.EXPIRED).failed(refresh(second), failure, Duration.ofSeconds(1), false);
    }

    private static LastRefresh refresh(long second) {
        return new LastRefresh(
                Instant.ofEpochSecond(second), RefreshReason.EXPIRED, "invalid_response", Duration.ofMillis(20));
    }

    @Test
    void itHasTheLatestFiftyTheOldestFirst() {
        LongStream.range(0, 123).forEach(this::failAt);

        assertThat(history.latest())
                .containsExactlyElementsOf(LongStream.range(73, 123)
                        .mapToObj(RefreshHistoryTest::refresh)
                        .toList());
    }
}
