package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import dev.tokensidecar.token.CallerListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of one connection, in front of a reader that answers everything with the token of {@code /token}. */
@QuarkusTest
@SuppressWarnings("NullAway.Init")
class RepeatedRequestsTest extends SidecarTest {

    private static final String QUESTION = "GET /token HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";

    private boolean betweenMessages = true;
    private final RepeatedRequests memory = new RepeatedRequests(() -> betweenMessages);
    private final List<String> read = new ArrayList<>();
    private ConfiguredToken door;
    private EmbeddedChannel connection;

    @BeforeEach
    void connect() {
        RequestParameters parameters = new RequestParameters(Duration.ofSeconds(5), Duration.ofSeconds(30));
        door = ConfiguredToken.of(service, parameters, new ObjectMapper(), time);
        connection = new EmbeddedChannel(memory, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                read.add(((ByteBuf) message).toString(US_ASCII));
                ReferenceCountUtil.release(message);
                TokenResponseBody answer = door.fresh(TokenMediaType.JSON, CallerListener.NONE);
                if (answer != null) {
                    memory.learn("/token", 2, door, answer);
                }
            }
        });
    }

    @AfterEach
    void disconnect() {
        assertThat(connection.finishAndReleaseAll()).isFalse();
    }

    /** Sends it and tells what the memory answers; null if it is left to the reader. */
    private @Nullable String say(String question) {
        connection.writeInbound(Unpooled.copiedBuffer(question, US_ASCII));
        ByteBuf answer = connection.readOutbound();
        try {
            return answer == null ? null : answer.toString(US_ASCII);
        } finally {
            ReferenceCountUtil.release(answer);
        }
    }

    private String expectRepeated(String question) {
        int before = read.size();
        String answer = say(question);
        assertThat(answer).isNotNull();
        assertThat(read).hasSize(before);
        return Objects.requireNonNull(answer);
    }

    private void expectRead(String question) {
        int before = read.size();
        assertThat(say(question)).isNull();
        assertThat(read).hasSize(before + 1).last().isEqualTo(question);
    }

    @Test
    void theSameQuestionIsReadOnceAndAnsweredEachTime() {
        expectRead(QUESTION);

        String answer = expectRepeated(QUESTION);

        assertThat(answer)
                .startsWith(
                        "HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-type: application/json;charset=UTF-8\r\n")
                .contains("\r\n\r\n{\"access_token\":\"" + bareToken() + "\",");
        assertThat(expectRepeated(QUESTION)).isEqualTo(answer);
    }

    @Test
    void anotherQuestionIsReadAndTheFirstOneForgotten() {
        expectRead(QUESTION);
        expectRead(QUESTION.replace("/token", "/status"));

        expectRead(QUESTION);
    }

    @Test
    void aPartOfTheQuestionIsRead() {
        expectRead(QUESTION);

        expectRead(QUESTION.substring(0, 20));
        expectRead(QUESTION.substring(20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // two at once: one answer would be missing
                QUESTION + QUESTION,
                // the end of another request: the beginning was in the bytes before
                "Accept: */*\r\n\r\n",
                "GET /token HTTP/1.1\r\nAccept: */*\r\n\r\n",
                // another one than was answered
                "GET /tokens/other HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
                // two for a decoder that takes a bare LF as the end of a line
                "GET /token HTTP/1.1\r\nHost: a\n\nGET / HTTP/1.1\r\n\r\n",
                // a folded header: two lines, one field
                "GET /token HTTP/1.1\r\nHost: localhost\r\n Accept: */*\r\n\r\n",
                "GET /token HTTP/1.1\r\n\tHost: localhost\r\nAccept: */*\r\n\r\n",
                // something follows
                QUESTION + "GET",
            })
    void whatIsNotTheWholeQuestionAloneIsNotLearnt(String bytes) {
        expectRead(bytes);
        expectRead(bytes);
    }

    @Test
    void theEndOfAnotherMessageIsNotLearntWhateverItLooksLike() {
        betweenMessages = false;
        expectRead(QUESTION);
        betweenMessages = true;

        expectRead(QUESTION);
        assertThat(expectRepeated(QUESTION)).isNotEmpty();
    }

    @Test
    void theNextSecondHasAnAnswerOfItsOwnAndAReading() {
        expectRead(QUESTION);
        String answer = expectRepeated(QUESTION);

        time.advance(Duration.ofSeconds(1));

        assertThat(expectRepeated(QUESTION)).isNotEqualTo(answer);
        expectRead(QUESTION);
        assertThat(expectRepeated(QUESTION)).isNotEqualTo(answer);
    }

    @Test
    void aTokenThatIsDueIsNotHandedOutFromMemory() {
        expectRead(QUESTION);
        time.advance(Duration.ofSeconds(250));

        assertThat(door.fresh(TokenMediaType.JSON, CallerListener.NONE)).isNull();
        expectRead(QUESTION);
        expectRead(QUESTION);
    }

    @Test
    void aCallerThatDoesNotReadIsLeftToTheReader() {
        connection.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        expectRead(QUESTION);
        var unused = connection.write(Unpooled.copiedBuffer("an answer that is not read", US_ASCII));

        connection.writeInbound(Unpooled.copiedBuffer(QUESTION, US_ASCII));

        assertThat(read).containsExactly(QUESTION, QUESTION);
        connection.flushOutbound();
        assertThat(connection.<ByteBuf>readOutbound().release()).isTrue();
    }
}
