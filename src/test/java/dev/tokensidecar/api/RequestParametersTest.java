package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestParametersTest {

    private final RequestParameters parameters = new RequestParameters(
            Duration.ofSeconds(5), Duration.ofSeconds(30), List.of("id_token", "instance_url"), "sidecar.token.fields");

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

    @Test
    void onlyAConfiguredFieldMayBeAskedFor() {
        assertThat(parameters.field("id_token")).isEqualTo("id_token");
        assertThat(parameters.field("")).isNull();
        assertThat(parameters.field(null)).isNull();
        assertThatThrownBy(() -> parameters.field("refresh_token"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(
                        "field=refresh_token is not configured: write id_token or instance_url, or add it to sidecar.token.fields");
        assertThatThrownBy(() -> parameters.field("a\nb"))
                .hasMessageStartingWith("field=\"a\\nb\" is not configured: ");
        assertThatThrownBy(() -> new RequestParameters(Duration.ZERO, Duration.ZERO, List.of(), "sidecar.token.fields")
                        .field("id_token"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("field=id_token is not configured: add it to sidecar.token.fields");
    }
}
