package dev.tokensidecar.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tokensidecar.demo.TokenFamilies.Family;
import dev.tokensidecar.demo.TokenFamilies.Redemption;
import dev.tokensidecar.demo.TokenFamilies.Redemption.Accepted;
import dev.tokensidecar.demo.TokenFamilies.Redemption.Rejected;
import dev.tokensidecar.demo.TokenFamilies.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFamiliesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration NO_GRACE = Duration.ZERO;
    private static final String CLIENT = "demo-client";

    /**
     * Each step is {@code <seconds>:<presented>=<result>}. R1 is the first refresh token. Each accepted step names the
     * successor.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            each refresh token works once       | 0  | 1:R1=R2 2:R2=R3 3:R3=R4
            reuse revokes the family            | 0  | 1:R1=R2 2:R1=REUSED 3:R2=REVOKED 4:R1=REVOKED
            reuse of a very old one             | 0  | 1:R1=R2 2:R2=R3 3:R1=REUSED 4:R3=REVOKED
            no grace at the same instant        | 0  | 1:R1=R2 1:R1=REUSED
            lost successor is replaced          | 10 | 0:R1=R2 9:R1=R3 10:R3=R4
            repeatedly within the grace period  | 10 | 0:R1=R2 1:R1=R3 2:R1=R4 3:R4=R5
            grace counts from the first use     | 10 | 0:R1=R2 9:R1=R3 11:R1=REUSED 12:R3=REVOKED
            grace ends on the dot               | 10 | 0:R1=R2 10:R1=REUSED 11:R2=REVOKED
            grace only for the previous one     | 10 | 0:R1=R2 1:R2=R3 2:R1=REUSED 3:R3=REVOKED
            replaced successor is invalid       | 10 | 0:R1=R2 1:R1=R3 2:R2=REUSED 3:R3=REVOKED
            unknown refresh token               | 0  | 1:other=UNKNOWN 2:R1=R2
            """)
    void sequencesOfPresentations(String title, long graceSeconds, String steps) {
        TokenFamilies families = families(true, Duration.ofSeconds(graceSeconds));
        Map<String, String> names = new HashMap<>(Map.of("R1", families.open(CLIENT, "read", START)));
        for (String step : steps.split(" ", -1)) {
            String[] parts = step.split("[:=]", -1);
            Instant now = START.plusSeconds(Long.parseLong(parts[0]));
            String presented = names.getOrDefault(parts[1], parts[1]);
            switch (families.present(presented, CLIENT, true, now)) {
                case Rejected rejected -> assertThat(rejected).as(step).hasToString(parts[2]);
                case Accepted accepted -> {
                    assertThat(parts[2]).as(step).startsWith("R").doesNotStartWith("RE");
                    assertThat(names.values()).as(step).doesNotContain(accepted.refreshToken());
                    names.put(parts[2], accepted.refreshToken());
                }
            }
        }
    }

    @Test
    void revokedFamilyLeavesTheOthersActive() {
        TokenFamilies families = families(true, NO_GRACE);
        String reused = families.open(CLIENT, "read", START);
        String other = families.open(CLIENT, "read", START);
        String reusedId = idOf(families, reused);

        assertThat(families.present(reused, CLIENT, true, START)).isInstanceOf(Accepted.class);
        assertThat(families.present(reused, CLIENT, true, START)).isEqualTo(Rejected.REUSED);

        assertThat(families.isActive(reusedId)).isFalse();
        assertThat(families.isActive(idOf(families, other))).isTrue();
        assertThat(families.present(other, CLIENT, true, START)).isInstanceOf(Accepted.class);
        assertThat(families.reuseDetections()).isEqualTo(1);
    }

    @Test
    void anotherClientNeitherUsesNorRevokesIt() {
        TokenFamilies families = families(true, NO_GRACE);
        String first = families.open(CLIENT, "read", START);

        assertThat(families.present(first, "demo-public", true, START)).isEqualTo(Rejected.UNKNOWN);
        assertThat(families.find(first, "demo-public")).isNull();
        assertThat(families.present(first, CLIENT, true, START)).isInstanceOf(Accepted.class);
    }

    @Test
    void withoutRotationTheRefreshTokenStays() {
        TokenFamilies families = families(false, NO_GRACE);
        String only = families.open(CLIENT, "read", START);

        for (int use = 0; use < 3; use++) {
            assertThat(families.present(only, CLIENT, true, START))
                    .asInstanceOf(type(Accepted.class))
                    .returns(only, Accepted::refreshToken)
                    .returns(false, Accepted::rotated);
        }
    }

    @Test
    void rotationCanBeSkippedOnce() {
        TokenFamilies families = families(true, NO_GRACE);
        String first = families.open(CLIENT, "read", START);

        assertThat(families.present(first, CLIENT, false, START))
                .asInstanceOf(type(Accepted.class))
                .returns(false, Accepted::rotated);
        assertThat(families.present(first, CLIENT, true, START))
                .asInstanceOf(type(Accepted.class))
                .returns(true, Accepted::rotated);
    }

    @ParameterizedTest
    @CsvSource({"59, true", "60, false"})
    void unusedRefreshTokenExpires(long seconds, boolean accepted) {
        TokenFamilies families =
                new TokenFamilies(new Rules(true, NO_GRACE, Duration.ofSeconds(60)), new RandomValues()::next);
        String first = families.open(CLIENT, "read", START);

        Redemption result = families.present(first, CLIENT, true, START.plusSeconds(seconds));

        if (accepted) {
            assertThat(result)
                    .asInstanceOf(type(Accepted.class))
                    .returns(START.plusSeconds(seconds + 60), Accepted::expiresAt);
        } else {
            assertThat(result).isEqualTo(Rejected.EXPIRED);
        }
    }

    @Test
    void revokedFamilyIsRejected() {
        TokenFamilies families = families(true, NO_GRACE);
        String one = families.open(CLIENT, "read", START);
        String two = families.open(CLIENT, "read", START);

        families.revoke(one);
        assertThat(families.present(one, CLIENT, true, START)).isEqualTo(Rejected.REVOKED);
        assertThat(families.isActive(idOf(families, two))).isTrue();

        families.revokeAll();
        assertThat(families.present(two, CLIENT, true, START)).isEqualTo(Rejected.REVOKED);
        assertThat(families.reuseDetections()).isZero();
    }

    @RepeatedTest(50)
    void oneOfManyConcurrentUsesWinsAndTheFamilyIsRevoked() throws Exception {
        int threads = 8;
        TokenFamilies families = families(true, NO_GRACE);
        String first = families.open(CLIENT, "read", START);

        List<Redemption> results = atOnce(threads, () -> families.present(first, CLIENT, true, START));

        List<Accepted> winners = results.stream()
                .filter(Accepted.class::isInstance)
                .map(Accepted.class::cast)
                .toList();
        assertThat(winners).hasSize(1);
        assertThat(results).filteredOn(Rejected.REUSED::equals).hasSize(1);
        assertThat(results).filteredOn(Rejected.REVOKED::equals).hasSize(threads - 2);
        assertThat(families.present(winners.getFirst().refreshToken(), CLIENT, true, START))
                .isEqualTo(Rejected.REVOKED);
    }

    private static List<Redemption> atOnce(int threads, Callable<Redemption> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Redemption>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(() -> {
                    start.await(20, TimeUnit.SECONDS);
                    return task.call();
                }));
            }
            List<Redemption> results = new ArrayList<>();
            for (Future<Redemption> future : futures) {
                results.add(future.get(20, TimeUnit.SECONDS));
            }
            return results;
        }
    }

    private static TokenFamilies families(boolean rotation, Duration grace) {
        return new TokenFamilies(new Rules(rotation, grace, null), new RandomValues()::next);
    }

    private static String idOf(TokenFamilies families, String refreshToken) {
        Family family = families.find(refreshToken, CLIENT);
        assertThat(family).isNotNull();
        return family.id();
    }
}
