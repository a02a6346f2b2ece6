package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenHashTest {

    private static final String HASH_OF_TEST_TOKEN = "cc0af97287543b65da2c7e1476426021826cab166f1e063ed012b855ff819656";

    @Test
    void theEncodingIsLowerCaseHex() {
        assertThat(TokenHash.parse(HASH_OF_TEST_TOKEN)).isEqualTo(TokenHash.of(Secret.of("test_token")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cc0a", "CC0AF97287543B65DA2C7E1476426021826CAB166F1E063ED012B855FF819656", "test_token"})
    void anythingElseIsRejected(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TokenHash.parse(text));
    }
}
