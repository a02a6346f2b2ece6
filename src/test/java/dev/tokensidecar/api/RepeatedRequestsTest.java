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

/** The memory of one connection, in front of a handler that serves the token for any request. */
@QuarkusTest
@SuppressWarnings("NullAway.Init")
class RepeatedRequestsTest extends SidecarTest {

    private static final String REQUEST = "GET /token HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";

    private final List<String> served = new ArrayList<>();
    private boolean betweenMessages = true;
    private final RepeatedRequests memory =
            new RepeatedRequests(() -> betweenMessages, (name, generation) -> served.add(name + " " + generation));
    private final List<String> parsed = new ArrayList<>();
    private ConfiguredToken token;
    private EmbeddedChannel connection;

    @BeforeEach
    void connect() {
        RequestParameters parameters =
                new RequestParameters(Duration.ofSeconds(5), Duration.ofSeconds(30), List.of(), "sidecar.token.fields");
        token = ConfiguredToken.of("default", service, parameters, new ObjectMapper(), time);
        connection = new EmbeddedChannel(memory, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                parsed.add(((ByteBuf) message).toString(US_ASCII));
                ReferenceCountUtil.release(message);
                TokenResponseBody response = token.freshResponse(TokenMediaType.JSON, CallerListener.NONE);
                if (response != null) {
                    memory.learn("/token", 2, token, response);
                }
            }
        });
    }

    @AfterEach
    void disconnect() {
        assertThat(connection.finishAndReleaseAll()).isFalse();
    }

    /** Sends bytes and returns the response from the memory; null if the next handler gets them. */
    private @Nullable String send(String bytes) {
        connection.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
        ByteBuf response = connection.readOutbound();
        try {
            return response == null ? null : response.toString(US_ASCII);
        } finally {
            ReferenceCountUtil.release(response);
        }
    }

    private String expectFromMemory(String bytes) {
        int before = parsed.size();
        String response = send(bytes);
        assertThat(response).isNotNull();
        assertThat(parsed).hasSize(before);
        return Objects.requireNonNull(response);
    }

    private void expectParsed(String bytes) {
        int before = parsed.size();
        assertThat(send(bytes)).isNull();
        assertThat(parsed).hasSize(before + 1).last().isEqualTo(bytes);
    }

    @Test
    void theSameRequestIsParsedOnceAndServedEachTime() {
        expectParsed(REQUEST);

        String response = expectFromMemory(REQUEST);

        assertThat(response)
                .startsWith(
                        "HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-type: application/json;charset=UTF-8\r\n")
                .contains("\r\n\r\n{\"access_token\":\"" + bareToken() + "\",");
        assertThat(expectFromMemory(REQUEST)).isEqualTo(response);
        assertThat(served)
                .as("the audit trail hears about both")
                .hasSize(2)
                .containsOnly("default " + service.status().generation());
    }

    @Test
    void anotherRequestIsParsedAndTheFirstOneForgotten() {
        expectParsed(REQUEST);
        expectParsed(REQUEST.replace("/token", "/status"));

        expectParsed(REQUEST);
    }

    @Test
    void aPartOfTheRequestIsParsed() {
        expectParsed(REQUEST);

        expectParsed(REQUEST.substring(0, 20));
        expectParsed(REQUEST.substring(20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // two requests: one response would be missing
                REQUEST + REQUEST,
                // the end of another request, whose beginning arrived before
                "Accept: */*\r\n\r\n",
                "GET /token HTTP/1.1\r\nAccept: */*\r\n\r\n",
                // another request than the one that was served
                "GET /tokens/other HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
                // two requests for a decoder that accepts a bare LF as a line end
                "GET /token HTTP/1.1\r\nHost: a\n\nGET / HTTP/1.1\r\n\r\n",
                // a folded field: two lines, one field
                "GET /token HTTP/1.1\r\nHost: localhost\r\n Accept: */*\r\n\r\n",
                "GET /token HTTP/1.1\r\n\tHost: localhost\r\nAccept: */*\r\n\r\n",
                // a request and the beginning of another one
                REQUEST + "GET",
            })
    void onlyASingleWholeRequestIsLearnt(String bytes) {
        expectParsed(bytes);
        expectParsed(bytes);
    }

    @Test
    void theEndOfAnotherMessageIsNotLearnt() {
        betweenMessages = false;
        expectParsed(REQUEST);
        betweenMessages = true;

        expectParsed(REQUEST);
        assertThat(expectFromMemory(REQUEST)).isNotEmpty();
    }

    @Test
    void theNextSecondHasANewResponseAndIsParsedOnce() {
        expectParsed(REQUEST);
        String response = expectFromMemory(REQUEST);

        time.advance(Duration.ofSeconds(1));

        assertThat(expectFromMemory(REQUEST)).isNotEqualTo(response);
        expectParsed(REQUEST);
        assertThat(expectFromMemory(REQUEST)).isNotEqualTo(response);
    }

    @Test
    void aTokenDueForRefreshIsNotServedFromMemory() {
        expectParsed(REQUEST);
        time.advance(Duration.ofSeconds(250));

        assertThat(token.freshResponse(TokenMediaType.JSON, CallerListener.NONE))
                .isNull();
        expectParsed(REQUEST);
        expectParsed(REQUEST);
    }

    @Test
    void aCallerThatDoesNotReadIsLeftToTheNextHandler() {
        connection.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        expectParsed(REQUEST);
        var unused = connection.write(Unpooled.copiedBuffer("an unread response", US_ASCII));

        connection.writeInbound(Unpooled.copiedBuffer(REQUEST, US_ASCII));

        assertThat(parsed).containsExactly(REQUEST, REQUEST);
        connection.flushOutbound();
        assertThat(connection.<ByteBuf>readOutbound().release()).isTrue();
    }
}
