package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer error=\"insufficient_scope\"",
                "Bearer error=insufficient_scope",
                "bearer Error = \"insufficient_scope\"",
                "DPoP algs=\"ES256\",error=\"use_dpop_nonce\"",
                "Basic realm=\"a \\\" b\", Bearer error=\"insufficient_user_authentication\"",
                "Basic realm=\"a \\\u0085 b\", Bearer error=\"insufficient_scope\"",
            })
    void errorsThatARefreshCannotCureAreRecognizedInAnySpelling(String challenge) {
        assertThat(Challenge.mayBeCuredByRefresh(challenge)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer error=\"invalid_token\"",
                "Bearer realm=\", error=insufficient_scope\"",
                "Bearer realm=\"\\\", error=insufficient_scope\"",
                "Bearer error=\"\\\" error=insufficient_scope\"",
                "Bearer my_error=\"insufficient_scope\"",
            })
    void otherChallengesMayBeCured(String challenge) {
        assertThat(Challenge.mayBeCuredByRefresh(challenge)).isTrue();
    }

    @Test
    void aLongDescriptionDoesNotOverflowTheStack() {
        String description = "error_description=\"" + "very \\\"long\\\" ".repeat(4_000) + "\"";

        assertThat(Challenge.mayBeCuredByRefresh("Bearer " + description + ", error=\"insufficient_scope\""))
                .isFalse();
    }
}
