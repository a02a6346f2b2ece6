package dev.tokensidecar.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Secret;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

/** Proof Key for Code Exchange (RFC 7636). */
class CodeVerifierTest {

    @Test
    void theChallengeIsThatOfTheStandard() {
        CodeVerifier verifier = new CodeVerifier(Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));

        assertThat(verifier.challenge()).isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    @Test
    void eachVerifierIsNewAndNotShown() {
        SecureRandom random = new SecureRandom();
        CodeVerifier one = CodeVerifier.random(random);

        assertThat(one.value().reveal()).matches("[A-Za-z0-9_-]{43}");
        assertThat(one).isNotEqualTo(CodeVerifier.random(random));
        assertThat(one.toString()).doesNotContain(one.value().reveal());
    }
}
