package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Lifetimes for every number that a server may send. */
class LifetimesPropertiesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final BigDecimal DAY_SECONDS = BigDecimal.valueOf(86_400);
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(Lifetimes.MAX.toSeconds());

    @Provide
    Arbitrary<BigDecimal> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(BigDecimal::valueOf),
                Arbitraries.longs().between(-1_000_000_000, 1_000_000_000).map(millis -> BigDecimal.valueOf(millis, 3)),
                Combinators.combine(
                                Arbitraries.bigIntegers(),
                                Arbitraries.integers().between(-999_999_999, 999_999_999))
                        .as((BigInteger digits, Integer scale) -> new BigDecimal(digits, scale)));
    }

    @RepeatableProperty
    void secondsAreExactUpToALimit(@ForAll("numbers") BigDecimal number) {
        Assume.that(!isTime(number) && !isTime(number.scaleByPowerOfTen(-3)));
        Duration lifetime = lifetime(Lifetimes.standard(), number.toString());

        if (number.compareTo(MAX_SECONDS) >= 0) {
            assertThat(lifetime).isEqualTo(Lifetimes.MAX);
        } else if (number.compareTo(BigDecimal.valueOf(1, 9)) >= 0) {
            assertThat(lifetime)
                    .isEqualTo(Duration.ofNanos(number.movePointRight(9).longValue()));
        } else {
            assertThat(lifetime).isNull();
        }
    }

    /** Compares only: the difference to a number with a huge exponent would fill the memory. */
    private static boolean isTime(BigDecimal seconds) {
        BigDecimal now = BigDecimal.valueOf(NOW.getEpochSecond());
        return seconds.compareTo(now.subtract(DAY_SECONDS)) >= 0 && seconds.compareTo(now.add(MAX_SECONDS)) <= 0;
    }

    @RepeatableProperty
    void aNumberAndItsTextMeanTheSame(@ForAll("numbers") BigDecimal number) {
        assertThat(lifetime(Lifetimes.standard(), "\"" + number + "\""))
                .isEqualTo(lifetime(Lifetimes.standard(), number.toString()));
    }

    @RepeatableProperty
    void lifetimesAreNotNegativeAndBoundedInAnyUnitAndField(@ForAll("numbers") BigDecimal number) {
        for (String value : new String[] {number.toString(), "\"" + number + "\""}) {
            assertSane(lifetime(new Lifetimes(Lifetimes.Unit.MILLISECONDS, null), value));
            assertSane(new Lifetimes(Lifetimes.Unit.SECONDS, "end")
                    .ofAccessToken(fields("{\"end\":" + value + "}"), "opaque", NOW));
            assertSane(Lifetimes.standard().ofRefreshToken(fields("{\"refresh_expires_in\":" + value + "}"), NOW));
        }
    }

    private static void assertSane(@Nullable Duration lifetime) {
        assertThat(lifetime == null || (!lifetime.isNegative() && lifetime.compareTo(Lifetimes.MAX) <= 0))
                .as("lifetime %s", lifetime)
                .isTrue();
    }

    private static @Nullable Duration lifetime(Lifetimes lifetimes, String value) {
        return lifetimes.ofAccessToken(fields("{\"expires_in\":" + value + "}"), "opaque", NOW);
    }

    private static ResponseFields fields(String json) {
        return Objects.requireNonNull(ResponseFields.read(json));
    }
}
