package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.CpuTime;
import dev.tokensidecar.token.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzzes the words of a server, in which it may have put what it was sent. */
public final class ScrubberFuzz {

    private static final String SECRET = "r/t +2~";
    private static final Redactor SCRUBBER = new Redactor(List.of(Secret.of("open-sesame"), Secret.of(SECRET)));

    private ScrubberFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        assertFit(text);
        assertFit(text + SECRET + text);
        assertFit(text + URLEncoder.encode(SECRET, StandardCharsets.UTF_8) + text);
        CpuTime.assertFast(text, SCRUBBER::scrub);
    }

    private static void assertFit(String text) {
        String shown = SCRUBBER.scrub(text);
        assertThat(shown)
                .hasSizeLessThanOrEqualTo(Redactor.MAX_LENGTH + 3)
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]")
                .doesNotContain(SECRET, "open-sesame");
        assertThat(decoded(shown)).doesNotContain(SECRET, "open-sesame");
    }

    /** Whoever reads a log can decode what a server has encoded. */
    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
