package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2FieldLimitTest {

    private static final int FIRST = 1;
    private static final int SECOND = 3;

    private final Http2Connection connection = new DefaultHttp2Connection(false);
    private final ChannelHandlerContext context =
            new EmbeddedChannel(new ChannelInboundHandlerAdapter()).pipeline().firstContext();
    private int heard;

    private final Http2FieldLimit limit =
            new Http2FieldLimit(connection, new Http2HeadersFilter(new Http2FrameAdapter()) {
                @Override
                boolean passes(int stream, Http2Headers headers, boolean endOfStream) {
                    heard++;
                    return true;
                }
            });

    @BeforeEach
    void open() throws Exception {
        var unused = connection.local().createStream(FIRST, false);
        unused = connection.local().createStream(SECOND, false);
    }

    private void read(int stream, int fields, boolean prioritized) throws Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers();
        for (int field = 0; field < fields; field++) {
            headers.add("a", "");
        }
        if (prioritized) {
            limit.onHeadersRead(context, stream, headers, 0, (short) 16, false, 0, false);
        } else {
            limit.onHeadersRead(context, stream, headers, 0, false);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void veryManyFieldsAreNotPassedOn(boolean prioritized) {
        assertThatThrownBy(() -> read(FIRST, FieldLimit.LIMIT + 1, prioritized))
                .isInstanceOf(Http2Exception.StreamException.class)
                .hasCauseInstanceOf(MalformedResponseException.class);
        assertThat(heard).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSectionsOfAnAnswerCountTogether(boolean prioritized) throws Exception {
        read(FIRST, FieldLimit.LIMIT - 1, prioritized);
        read(FIRST, 1, prioritized);

        assertThatThrownBy(() -> read(FIRST, 1, prioritized)).isInstanceOf(Http2Exception.StreamException.class);
        assertThat(heard).isEqualTo(2);
    }

    @Test
    void eachAnswerCountsByItself() throws Exception {
        read(FIRST, FieldLimit.LIMIT, false);
        read(SECOND, FieldLimit.LIMIT, false);

        assertThat(heard).isEqualTo(2);
    }
}
