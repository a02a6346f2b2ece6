package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1CodecTest {

    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final List<String> RECEIVED = List.of("200 [Content-Length=2]", "<ok>.");

    private final CodecConnection connection = new CodecConnection();

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() {
        for (int request = 0; request < 3; request++) {
            assertThat(connection.request().reads(RESPONSE).received()).isEqualTo(RECEIVED);
            assertThat(connection.isReusable()).isTrue();
        }
    }

    @Test
    void aResponseMayArriveByteByByte() {
        assertThat(connection.request().reads(RESPONSE.split("")).received())
                .containsExactly("200 [Content-Length=2]", "<o>", "<k>.");
        assertThat(connection.isReusable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {102, 103, 104, 110, 199})
    void interimResponsesAreSkipped(int status) {
        String interim = "HTTP/1.1 %d X\r\nLink: x\r\n\r\n".formatted(status);

        assertThat(connection.request().reads(interim).received()).isEmpty();
        assertThat(connection.isReusable()).isFalse();
        assertThat(connection.reads(interim + interim, RESPONSE).received()).isEqualTo(RECEIVED);
        assertThat(connection.isReusable()).isTrue();
    }

    @Test
    void continueIsPassedOnAndIsNotTheResponse() {
        assertThat(connection
                        .requestHead()
                        .reads("HTTP/1.1 100 Continue\r\n\r\n")
                        .received())
                .containsExactly("100 []", "<>.");
        assertThat(connection.requestEnd().reads(RESPONSE).received()).isEqualTo(RECEIVED);
        assertThat(connection.isReusable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Location: x\r\n\r\n0123456789abcdef",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
                "HTTP/1.1 7 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 2\r\n\r\nok",
            })
    void anAmbiguousResponseFailsTheExchange(String response) {
        List<String> received = connection.request().reads(response).received();

        assertThat(received).containsExactly("broken");
        assertThat(connection.isReusable()).isFalse();
        assertThat(connection.reads(RESPONSE).received())
                .as("nothing more is read")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "x", " ", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "HTTP/1.1 1"})
    void surplusBytesCloseTheConnection(String surplus) {
        assertThat(connection.request().reads(RESPONSE + surplus).received()).isEqualTo(RECEIVED);
        assertThat(connection.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "x", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"})
    void bytesBeforeARequestCloseTheConnection(String surplus) {
        assertThat(connection.reads(surplus).isOpen()).isFalse();
        assertThat(connection.received()).isEmpty();
    }

    @Test
    void bytesAfterAResponseCloseTheConnection() {
        assertThat(connection.request().reads(RESPONSE).received()).isEqualTo(RECEIVED);
        assertThat(connection.reads("x").isOpen()).isFalse();
        assertThat(connection.received()).isEmpty();
    }

    @Test
    void theEndIsDeliveredAfterTheWholeReadIsChecked() {
        assertThat(connection
                        .request()
                        .readsTogether(RESPONSE, "HTTP/1.1 200 OK\r\n")
                        .received())
                .isEqualTo(RECEIVED);
        assertThat(connection.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            })
    void aConnectionThatIsNotPersistentIsClosed(String response) {
        assertThat(connection.request().reads(response).received())
                .hasSize(2)
                .last()
                .isEqualTo("<ok>.");
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void aResponseMayEndWithItsConnection() {
        assertThat(connection
                        .request()
                        .reads("HTTP/1.1 200 OK\r\n\r\n", "some", "more")
                        .serverCloses()
                        .received())
                .containsExactly("200 []", "<some>", "<more>", "<>.");
    }

    @Test
    void aTruncatedResponseHasNoEnd() {
        assertThat(connection
                        .request()
                        .reads("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "ok")
                        .serverCloses()
                        .received())
                .containsExactly("200 [Content-Length=3]", "<ok>");
    }

    @Test
    void anEarlyResponseClosesTheConnection() {
        assertThat(connection.requestHead().reads(RESPONSE).received()).isEqualTo(RECEIVED);
        assertThat(connection.isReusable()).isFalse();
        assertThat(connection.requestEnd().isOpen()).isFalse();
    }

    @Test
    void aResponseThatBeginsEarlyMayEndLate() {
        assertThat(connection
                        .requestHead()
                        .reads("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
                        .requestEnd()
                        .reads("ok")
                        .received())
                .isEqualTo(RECEIVED);
        assertThat(connection.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 X\r\n\r\n",
                "HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n",
            })
    void someResponsesHaveNoBodyWhateverTheirHeaders(String response) {
        assertThat(connection.request().reads(response).received())
                .hasSize(2)
                .last()
                .isEqualTo("<>.");
        assertThat(connection.isReusable()).isTrue();
        assertThat(connection.reads("hello").isOpen()).isFalse();
    }

    @Test
    void theResponseToHeadHasNoBody() {
        assertThat(connection
                        .request(HttpMethod.HEAD)
                        .reads("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                        .received())
                .containsExactly("200 [Content-Length=5]", "<>.");
        assertThat(connection.isReusable()).isTrue();
    }

    @Test
    void aRequestIsNeverWrittenToAConnectionInUse() {
        var unused = connection.request();

        assertThatThrownBy(connection::request).isInstanceOf(ClosedChannelException.class);
        assertThat(connection.reads(RESPONSE).received()).isEqualTo(RECEIVED);
    }

    @Test
    void anIdleConnectionIsClosedBeforeTheServerClosesIt() {
        var unused = connection
                .request()
                .reads("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2, max=9\r\nContent-Length: 0\r\n\r\n");
        connection.after(Duration.ofMillis(1900));
        assertThat(connection.isReusable()).isTrue();
        connection.after(Duration.ofMillis(200));
        assertThat(connection.isOpen()).isFalse();
    }

    private static final String HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNK = HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
    private static final String HINTS_HEAD = "HTTP/1.1 103 X\r\n";
    private static final String HINTS = HINTS_HEAD + "\r\n";

    private static String fields(int number) {
        return "a:\r\n".repeat(number);
    }

    @Test
    void asManyFieldsAsAnyServerSendsAreTaken() {
        for (int request = 0; request < 2; request++) {
            String answer = HINTS + HEAD + fields(150) + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + fields(40);
            assertThat(connection.request().reads(answer + "\r\n").received())
                    .hasSize(2)
                    .doesNotContain("broken");
            assertThat(connection.isReusable()).isTrue();
        }
    }

    /** Netty's decoder keeps a buffer of the size of the longest line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                HINTS_HEAD + "%s\r\n" + HEAD + "Content-Length: 0\r\n\r\n",
                HEAD + "%sContent-Length: 0\r\n\r\n",
                CHUNK + "%s\r\n",
            })
    void aConnectionWithALongLineIsNotReused(String response) {
        String usual = "X: " + "x".repeat(8000) + "\r\n";
        assertThat(connection.request().reads(response.formatted(usual)).isReusable())
                .isTrue();

        String tooLong = "X: " + "x".repeat(9000) + "\r\n";
        assertThat(connection.request().reads(response.formatted(tooLong)).received())
                .doesNotContain("broken")
                .last()
                .asString()
                .endsWith(">.");
        assertThat(connection.isOpen()).isFalse();
    }

    /** None of these sections has an end: they are judged while they come. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void veryManyFieldsBreakTheExchange(boolean byteByByte) {
        List<String> answers = List.of(
                HEAD + fields(FieldLimit.LIMIT),
                CHUNK + fields(FieldLimit.LIMIT),
                HINTS.repeat(FieldLimit.LIMIT + 1),
                ("HTTP/1.1 100 X\r\n" + fields(5) + "\r\n").repeat(FieldLimit.LIMIT / 5),
                HEAD + fields(FieldLimit.LIMIT / 2) + "Transfer-Encoding: chunked\r\n\r\n0\r\n"
                        + fields(FieldLimit.LIMIT / 2));
        for (String answer : answers) {
            try (CodecConnection now = new CodecConnection()) {
                List<String> received = now.request()
                        .reads(byteByByte ? answer.split("") : new String[] {answer})
                        .received();

                assertThat(received).as(answer).last().isEqualTo("broken");
                assertThat(now.isReusable()).isFalse();
            }
        }
    }

    /** RFC 9112 section 5.2. */
    @ParameterizedTest
    @ValueSource(strings = {" b", "\tb", " ", " b: c"})
    void aFieldThatGoesOnInTheNextLineBreaksTheExchange(String next) {
        for (String answer : List.of(HEAD + "a: b\r\n", CHUNK + "a: b\r\n")) {
            for (String[] pieces : List.of(new String[] {answer + next}, new String[] {answer, next})) {
                try (CodecConnection now = new CodecConnection()) {
                    assertThat(now.request().reads(pieces).received()).last().isEqualTo("broken");
                    assertThat(now.isReusable()).isFalse();
                }
            }
        }
    }

    @Test
    void aBodyMayBeginWithWhiteSpace() {
        for (String[] pieces : List.of(
                new String[] {HEAD + "Content-Length: 2\r\n\r\n b"},
                new String[] {HEAD + "Content-Length: 2\r\n", "\r\n", " b"})) {
            assertThat(connection.request().reads(pieces).received())
                    .containsExactly("200 [Content-Length=2]", "< b>.");
        }
    }
}
