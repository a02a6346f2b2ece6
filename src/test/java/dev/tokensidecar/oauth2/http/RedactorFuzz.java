package dev.tokensidecar.oauth2.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.CpuTime;
import dev.tokensidecar.token.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzzes text from a server, which may echo the request. */
public final class RedactorFuzz {

    private static final String SECRET = "r/t +2~";
    private static final Redactor REDACTOR = new Redactor(List.of(Secret.of("open-sesame"), Secret.of(SECRET)));

    private RedactorFuzz() {}

    /** The fuzzer's entry point. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        assertSafe(text);
        assertSafe(text + SECRET + text);
        assertSafe(text + URLEncoder.encode(SECRET, StandardCharsets.UTF_8) + text);
        CpuTime.assertFast(text, REDACTOR::redact);
    }

    private static void assertSafe(String text) {
        String shown = REDACTOR.redact(text);
        assertThat(shown)
                .hasSizeLessThanOrEqualTo(Redactor.MAX_LENGTH + 3)
                .doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]")
                .doesNotContain(SECRET, "open-sesame");
        assertThat(decoded(shown)).doesNotContain(SECRET, "open-sesame");
    }

    /** Readers of a log can decode what a server has encoded. */
    public static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
