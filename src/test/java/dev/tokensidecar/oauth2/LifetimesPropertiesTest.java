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
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** The life in an answer, for every number that a server may write there. */
class LifetimesPropertiesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
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
        Duration life = life(Lifetimes.standard(), number.toString());

        if (number.compareTo(MAX_SECONDS) >= 0) {
            assertThat(life).isEqualTo(Lifetimes.MAX);
        } else if (number.compareTo(BigDecimal.valueOf(1, 9)) >= 0) {
            assertThat(life).isEqualTo(Duration.ofNanos(number.movePointRight(9).longValue()));
        } else {
            assertThat(life).isNull();
        }
    }

    @RepeatableProperty
    void aNumberAndItsTextAreTheSame(@ForAll("numbers") BigDecimal number) {
        assertThat(life(Lifetimes.standard(), "\"" + number + "\""))
                .isEqualTo(life(Lifetimes.standard(), number.toString()));
    }

    @RepeatableProperty
    void whateverTheUnitOrThePlaceALifeIsPositiveAndBounded(@ForAll("numbers") BigDecimal number) {
        for (String value : new String[] {number.toString(), "\"" + number + "\""}) {
            assertSane(life(new Lifetimes(Lifetimes.Unit.MILLISECONDS, null), value));
            assertSane(new Lifetimes(Lifetimes.Unit.SECONDS, "end")
                    .ofAccessToken(fields("{\"end\":" + value + "}"), "opaque", NOW));
            assertSane(Lifetimes.standard().ofRefreshToken(fields("{\"refresh_expires_in\":" + value + "}")));
        }
    }

    private static void assertSane(@Nullable Duration life) {
        assertThat(life == null || (life.isPositive() && life.compareTo(Lifetimes.MAX) <= 0))
                .as("life %s", life)
                .isTrue();
    }

    private static @Nullable Duration life(Lifetimes lifetimes, String value) {
        return lifetimes.ofAccessToken(fields("{\"expires_in\":" + value + "}"), "opaque", NOW);
    }

    private static ResponseFields fields(String json) {
        return Objects.requireNonNull(ResponseFields.read(json));
    }
}
