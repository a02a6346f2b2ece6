package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.QuotedString;
import dev.tokensidecar.testing.measurement.CpuTime;
import java.nio.charset.StandardCharsets;

/** Fuzzes the {@code WWW-Authenticate} that an API sent to the application. */
public final class ChallengeFuzz {

    private ChallengeFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        CpuTime.assertFast(text, Challenge::mayBeCuredByRenewal);
        assertQuotedTextIsNoError(QuotedString.of(text));
    }

    /** RFC 9110 section 11.2: a challenge says the same whatever stands in its quoted strings. */
    private static void assertQuotedTextIsNoError(String quoted) {
        assertThat(Challenge.mayBeCuredByRenewal("Bearer realm=" + quoted)).isTrue();
        assertThat(Challenge.mayBeCuredByRenewal("Bearer error=\"invalid_token\", error_description=" + quoted))
                .isTrue();
        assertThat(Challenge.mayBeCuredByRenewal("Basic realm=" + quoted + ", Bearer error=\"insufficient_scope\""))
                .isFalse();
        assertThat(Challenge.mayBeCuredByRenewal(
                        "Negotiate dG9rZW4=, Bearer scope=" + quoted + ",Error = insufficient_user_authentication"))
                .isFalse();
        assertThat(Challenge.mayBeCuredByRenewal("DPoP error=\"use_dpop_nonce\", error_description=" + quoted))
                .isFalse();
    }
}
