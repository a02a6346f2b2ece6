package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNoncesTest {

    private final ServerNonces nonces = new ServerNonces();

    @Test
    void theNewestNonceOfEachServerIsKept() {
        assertThat(nonces.of("https://one")).isNull();

        assertThat(nonces.keep("https://one", "first")).isEqualTo("first");
        assertThat(nonces.keep("https://two", "other")).isEqualTo("other");
        assertThat(nonces.keep("https://one", "second")).isEqualTo("second");

        assertThat(nonces.of("https://one")).isEqualTo("second");
        assertThat(nonces.of("https://two")).isEqualTo("other");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "two words", "quo\"te", "back\\slash", "umläut", "line\nend"})
    void whatIsNoNonceChangesNothing(String sent) {
        var unused = nonces.keep("https://one", "good");

        assertThat(nonces.keep("https://one", sent)).isNull();
        assertThat(nonces.of("https://one")).isEqualTo("good");
    }

    @Test
    void aNonceThatWouldFillTheHeadersIsIgnored() {
        assertThat(nonces.keep("https://one", "n".repeat(1024))).isNotNull();
        assertThat(nonces.keep("https://one", "n".repeat(1025))).isNull();
    }

    @Test
    void theServersThatWereUsedLongestAgoAreForgotten() {
        for (int i = 0; i < 100; i++) {
            assertThat(nonces.keep("https://server-" + i, "nonce")).isNotNull();
        }
        assertThat(nonces.of("https://server-0")).isNotNull();

        assertThat(nonces.keep("https://server-100", "nonce")).isNotNull();

        assertThat(nonces.of("https://server-0")).isNotNull();
        assertThat(nonces.of("https://server-1")).isNull();
        assertThat(nonces.of("https://server-100")).isNotNull();
    }
}
