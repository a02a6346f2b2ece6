package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestParametersTest {

    private final RequestParameters parameters = new RequestParameters(Duration.ofSeconds(5), Duration.ofSeconds(30));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "wait=7                            | 7",
                "wait=\"7\"                        | 7",
                "respond-async, Wait = 7           | 7",
                "wait=7, wait=8                    | 7",
                "wait=31                           | 30",
                "foo=\"a, wait=7\"                 | 5",
                "foo=\"a \\\", wait=7\"            | 5",
                "foo=\"a \\\", wait=7\", wait=8    | 8",
                "wait=8; foo=\"a, wait=7\"         | 8",
            })
    void waitIsReadOutsideOfOtherPreferences(String prefer, long seconds) {
        assertThat(parameters.maxWait(prefer)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
