package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.QuotedString;
import dev.tokensidecar.testing.measurement.CpuTime;
import dev.tokensidecar.token.TokenRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fuzzes the parameters of a request: {@code min_ttl}, {@code rejected} and {@code Prefer}, on a line each. */
public final class ParametersFuzz {

    private static final Duration DEFAULT = Duration.ofSeconds(5);
    private static final Duration MAX = Duration.ofSeconds(30);
    private static final RequestParameters PARAMETERS =
            new RequestParameters(DEFAULT, MAX, List.of("id_token"), "sidecar.token.fields");

    private ParametersFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", 3);
        String minTtl = line(lines, 0);
        String rejected = line(lines, 1);
        String prefer = line(lines, 2);
        try {
            TokenRequest request = PARAMETERS.tokenRequest(minTtl, rejected, prefer);
            assertRequested(request, minTtl, rejected);
        } catch (InvalidRequest e) {
            assertThat(e.detail()).startsWith(isNumber(minTtl) ? "rejected is" : "min_ttl is");
        }
        assertThat(PARAMETERS.maxWait(prefer)).isBetween(Duration.ZERO, MAX);
        if (prefer != null) {
            assertQuotedTextIsNoPreference(prefer);
            CpuTime.assertFast(prefer, PARAMETERS::maxWait);
        }
    }

    private static @Nullable String line(String[] lines, int number) {
        return lines.length <= number || lines[number].isEmpty() ? null : lines[number];
    }

    private static void assertRequested(TokenRequest request, @Nullable String minTtl, @Nullable String rejected) {
        assertThat(request.minTtl())
                .isEqualTo(minTtl == null ? Duration.ZERO : Duration.ofSeconds(Integer.parseInt(minTtl)));
        assertThat(request.rejected() == null ? null : request.rejected().reveal())
                .isEqualTo(rejected);
    }

    private static boolean isNumber(@Nullable String minTtl) {
        return minTtl == null
                || (minTtl.length() <= 9 && minTtl.chars().allMatch(character -> character >= '0' && character <= '9'));
    }

    /** RFC 7240 section 2: the content of a quoted value is no preference of its own. */
    private static void assertQuotedTextIsNoPreference(String text) {
        assertThat(PARAMETERS.maxWait("foo=" + QuotedString.of(text))).isEqualTo(DEFAULT);
        assertThat(PARAMETERS.maxWait("foo=" + QuotedString.of(text) + ", Wait = 7, wait=8"))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(PARAMETERS.maxWait("wait=\"7\"; foo=" + QuotedString.of(text)))
                .isEqualTo(Duration.ofSeconds(7));
    }
}
