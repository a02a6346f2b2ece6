package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2ResponseStatusTest {

    private final List<String> received = new ArrayList<>();
    private final Http2ResponseStatus filter = new Http2ResponseStatus(new Http2HeadersFilter(new Http2FrameAdapter()) {
        @Override
        boolean passes(int stream, Http2Headers headers, boolean endOfStream) {
            received.add(String.valueOf(headers.status()));
            return true;
        }
    });

    private final ChannelHandlerContext context =
            new EmbeddedChannel(new ChannelInboundHandlerAdapter()).pipeline().firstContext();

    private void read(String status, boolean endOfStream) throws Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers().status(status);
        filter.onHeadersRead(context, 1, headers, 0, endOfStream);
        filter.onHeadersRead(context, 1, headers, 0, (short) 16, false, 0, endOfStream);
    }

    @ParameterizedTest
    @ValueSource(strings = {"102", "103", "104", "199"})
    void interimResponsesAreSkipped(String status) throws Exception {
        read(status, false);
        read("200", true);

        assertThat(received).containsExactly("200", "200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "204", "401", "599"})
    void continueAndFinalResponsesAreNot(String status) throws Exception {
        read(status, false);

        assertThat(received).containsExactly(status, status);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void switchingProtocolsIsAnError(boolean endOfStream) {
        assertThatThrownBy(() -> read("101", endOfStream)).isInstanceOf(Http2Exception.StreamException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "102", "103"})
    void anInterimResponseCannotEndTheStream(String status) {
        assertThatThrownBy(() -> read(status, true)).isInstanceOf(Http2Exception.StreamException.class);
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "99", "099", "1000", "2e2", "+200", "-01"})
    void aStatusCodeWithoutThreeDigitsIsAnError(String status) {
        assertThatThrownBy(() -> read(status, false))
                .isInstanceOf(Http2Exception.StreamException.class)
                .hasMessageContaining("three digits");
        assertThat(received).isEmpty();
    }

    @Test
    void trailersHaveNoStatusCode() throws Exception {
        filter.onHeadersRead(context, 1, new DefaultHttp2Headers().add("grpc-status", "0"), 0, true);

        assertThat(received).containsExactly("null");
    }
}
