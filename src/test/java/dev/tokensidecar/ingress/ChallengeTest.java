package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DPoP error=\"use_dpop_nonce\"",
                "DPoP error = use_dpop_nonce, algs=\"ES256\"",
                "Bearer error=\"invalid_token\", DPoP algs=\"ES256\",Error=\"use_dpop_nonce\"",
            })
    void aDemandForANonceIsRecognizedInAnySpelling(String challenge) {
        assertThat(Challenge.demandsNonce(List.of(challenge))).isTrue();
        assertThat(Challenge.demandsNonce(List.of("Basic realm=\"a\"", challenge)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "DPoP error=\"invalid_token\"",
                "DPoP error=\"use_dpop_nonces\"",
                "DPoP my_error=\"use_dpop_nonce\"",
                "DPoP error=\"invalid_token\", error_description=\"not error=use_dpop_nonce \"",
            })
    void otherChallengesDemandNoNonce(String challenge) {
        assertThat(Challenge.demandsNonce(List.of(challenge))).isFalse();
    }

    @Test
    void aChallengeWithoutAnErrorConcernsTokensOfItsScheme() {
        List<String> dpop = List.of("DPoP algs=\"ES256\"");
        List<String> bearer = List.of("Bearer realm=\"DPoP\"");

        assertThat(Challenge.meansInvalidToken(dpop, true)).isTrue();
        assertThat(Challenge.meansInvalidToken(dpop, false)).isFalse();
        assertThat(Challenge.meansInvalidToken(bearer, true)).isFalse();
        assertThat(Challenge.meansInvalidToken(bearer, false)).isTrue();
    }

    /** RFC 9110 section 11.6.1: the challenges of several schemes are one list, whose parameters look like its elements. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Bearer error="invalid_request", DPoP error="invalid_token"                  | true  | false
        DPoP error="invalid_token", Bearer error="invalid_request"                  | true  | false
        DPoP algs="ES256", Bearer realm="a", error="invalid_token"                  | true  | true
        DPoP algs="ES256", error="invalid_dpop_proof", Bearer error="invalid_token" | false | true
        Negotiate dG9rZW4=, DPoP realm = "a", error = invalid_token                 | true  | true
        Negotiate, Bearer error="insufficient_scope", Basic realm="invalid_token"   | false | false
        Basic realm="x", error="invalid_token"                                      | true  | true
        Bearer realm="a, DPoP error=invalid_token", DPoP error="invalid_request"    | false | true
        """)
    void theErrorOfTheOwnSchemeCounts(String challenge, boolean bound, boolean bearer) {
        assertThat(Challenge.meansInvalidToken(List.of(challenge), true)).isEqualTo(bound);
        assertThat(Challenge.meansInvalidToken(List.of(challenge), false)).isEqualTo(bearer);
    }

    @Test
    void aLongDescriptionDoesNotOverflowTheStack() {
        String description = "error_description=\"" + "very \\\"long\\\" ".repeat(4_000) + "\"";

        assertThat(Challenge.mayBeCuredByRefresh("Bearer " + description + ", error=\"insufficient_scope\""))
                .isFalse();
    }
}
