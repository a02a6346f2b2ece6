package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** How many refreshes callers can force, for any requests at any rate. */
class ForcedRefreshPropertiesTest {

    private static final int WINDOW_SECONDS =
            Math.toIntExact(Core.POLICY.rejectedInterval().toSeconds());

    private record Refresh(int second, RefreshReason reason) {}

    /**
     * @param minTtls the min_ttl of one request in each second; a second request in the same second would see the token of
     *     the first
     */
    @RepeatableProperty
    void minTtlForcesOneRefreshPerInterval(
            @ForAll @IntRange(min = 1, max = 900) int lifetime,
            @ForAll @Size(300) List<@IntRange(max = 1_000) Integer> minTtls) {
        List<Refresh> refreshes = refreshes(lifetime, minTtls, false);

        assertThat(maxInWindow(refreshes, RefreshReason.MIN_TTL)).isLessThanOrEqualTo(1);
        assertThat(maxInWindow(refreshes, RefreshReason.values()))
                .as("min-interval bounds all of them")
                .isLessThanOrEqualTo(13);
    }

    @Property(seed = "20260301", tries = 200)
    void aMinTtlJustBelowTheLifetimeForcesNoMoreThanAReport(
            @ForAll @IntRange(min = 200, max = 3_600) int lifetime, @ForAll @IntRange(min = 1, max = 30) int margin) {
        List<Integer> minTtls = new ArrayList<>(Arrays.asList(new Integer[300]));
        minTtls.replaceAll(unset -> lifetime - margin);

        assertThat(maxInWindow(refreshes(lifetime, minTtls, false), RefreshReason.values()))
                .as("one that min_ttl forces, and one for another reason")
                .isLessThanOrEqualTo(2);
    }

    @RepeatableProperty
    void minTtlNeverPreventsTheReportOfAnotherCaller(
            @ForAll @IntRange(min = 200, max = 900) int lifetime,
            @ForAll @Size(300) List<@IntRange(max = 1_000) Integer> minTtls) {
        List<Refresh> refreshes = refreshes(lifetime, minTtls, true);

        assertThat(refreshes.stream().filter(refresh -> refresh.reason() == RefreshReason.REJECTED))
                .as("one reporter, whose reports are one interval apart")
                .hasSize(300 / WINDOW_SECONDS);
        assertThat(maxInWindow(refreshes, RefreshReason.values())).isLessThanOrEqualTo(3);
    }

    private static List<Refresh> refreshes(int lifetime, List<Integer> minTtls, boolean reports) {
        Core core = new Core();
        core.server.respondImmediately();
        core.startWithLifetime(Duration.ofSeconds(lifetime));
        List<Refresh> refreshes = new ArrayList<>();
        long generation = 0;
        for (int second = 0; second < minTtls.size(); second++) {
            var unused = core.askMinTtl(Duration.ofSeconds(minTtls.get(second)));
            if (reports && second % WINDOW_SECONDS == WINDOW_SECONDS / 2) {
                core.report(Core.value(core.ask())).assertCompleted();
            }
            core.advance(Duration.ofSeconds(1));
            TokenStatus status = core.service.status();
            if (status.generation() > generation) {
                generation = status.generation();
                refreshes.add(new Refresh(
                        second, Objects.requireNonNull(status.lastRefresh()).reason()));
            }
        }
        return refreshes;
    }

    private static long maxInWindow(List<Refresh> refreshes, RefreshReason... reasons) {
        List<Refresh> counted = refreshes.stream()
                .filter(refresh -> List.of(reasons).contains(refresh.reason()))
                .toList();
        return counted.stream()
                .mapToLong(first -> counted.stream()
                        .filter(other ->
                                other.second() >= first.second() && other.second() < first.second() + WINDOW_SECONDS)
                        .count())
                .max()
                .orElse(0);
    }
}
