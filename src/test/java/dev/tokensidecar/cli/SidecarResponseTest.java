package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the client of the command line reads responses. */
class SidecarResponseTest {

    private static SidecarResponse parse(String text) throws IOException {
        return SidecarResponse.parse(text.getBytes(US_ASCII));
    }

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void aWholeResponseIsRead() throws IOException {
        assertThat(
                        parse(
                                "HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\nContent-Length: 15\r\n\r\n{\"detail\":\"no\"}"))
                .isEqualTo(new SidecarResponse(503, "7", Map.of("detail", "no")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\n\r\n{}",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
            })
    void anythingElseIsNoResponse(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void membersThatAreNoTextsOrNumbersAreSkipped() throws IOException {
        assertThat(parse(ok("{\"a\":{\"b\":1},\"c\":[2],\"d\":3,\"e\":\"four\"}"))
                        .fields())
                .isEqualTo(Map.of("d", "3", "e", "four"));
    }

    @Test
    void theTokenIsNotInItsText() throws IOException {
        assertThat(parse(ok("{\"access_token\":\"s3cret\"}"))).hasToString("SidecarResponse[status=200]");
    }
}
