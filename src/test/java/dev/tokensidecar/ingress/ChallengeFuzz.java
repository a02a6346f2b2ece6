package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.QuotedString;
import dev.tokensidecar.testing.measurement.CpuTime;
import java.nio.charset.StandardCharsets;

/** Fuzzes the {@code WWW-Authenticate} header that an application reports. */
public final class ChallengeFuzz {

    private ChallengeFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        CpuTime.assertFast(text, Challenge::mayBeCuredByRefresh);
        assertQuotedTextIsNoError(QuotedString.of(text));
    }

    /** RFC 9110 section 11.2: the content of quoted strings does not change the meaning of a challenge. */
    private static void assertQuotedTextIsNoError(String quoted) {
        assertThat(Challenge.mayBeCuredByRefresh("Bearer realm=" + quoted)).isTrue();
        assertThat(Challenge.mayBeCuredByRefresh("Bearer error=\"invalid_token\", error_description=" + quoted))
                .isTrue();
        assertThat(Challenge.mayBeCuredByRefresh("Basic realm=" + quoted + ", Bearer error=\"insufficient_scope\""))
                .isFalse();
        assertThat(Challenge.mayBeCuredByRefresh(
                        "Negotiate dG9rZW4=, Bearer scope=" + quoted + ",Error = insufficient_user_authentication"))
                .isFalse();
        assertThat(Challenge.mayBeCuredByRefresh("DPoP error=\"use_dpop_nonce\", error_description=" + quoted))
                .isFalse();
    }
}
