package dev.tokensidecar.egress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.AsciiString;
import java.util.List;

/** Netty's decoder with a {@link FieldLimit}, which it checks before it creates anything for a field. */
class FrugalResponseDecoder extends HttpResponseDecoder {

    private static final int LONG_LINE_BYTES = 8 * 1024;

    private final FieldLimit limit = new FieldLimit();
    private final FoldedFields foldedFields;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private boolean insideField;
    private boolean longLineBuffer;

    FrugalResponseDecoder(HttpDecoderConfig config, FoldedFields foldedFields) {
        super(config);
        this.foldedFields = foldedFields;
    }

    /** Starts counting for the response to another request. */
    final void beginResponse() {
        limit.reset();
    }

    /**
     * Whether a header field or trailer was so long that the connection should not be reused: Netty copies each line into a
     * buffer, which grows to the longest line and lives as long as the decoder.
     */
    final boolean hasLongLineBuffer() {
        return longLineBuffer;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (insideField && in.isReadable()) {
            insideField = false;
            if (isRejectedFold(in)) {
                in.skipBytes(in.readableBytes());
                HttpMessage malformed = createInvalidMessage();
                malformed.setDecoderResult(DecoderResult.failure(folded()));
                out.add(malformed);
                return;
            }
        }
        unread = in;
        super.decode(context, in, out);
    }

    /** Netty calls this for each status line. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        limit.add(1);
        return super.createMessage(initialLine);
    }

    /** Netty calls this for each field and each trailer, after it has read that line and nothing beyond it. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        limit.add(1);
        longLineBuffer |= line.length > LONG_LINE_BYTES;
        insideField = !unread.isReadable();
        if (!insideField && isRejectedFold(unread)) {
            throw folded();
        }
        return super.splitHeaderName(line, start, length);
    }

    /** Whether the next line continues the field although that is not allowed here. */
    private boolean isRejectedFold(ByteBuf next) {
        byte first = next.getByte(next.readerIndex());
        return foldedFields == FoldedFields.REJECTED && (first == ' ' || first == '\t');
    }

    private static MalformedResponseException folded() {
        return new MalformedResponseException("a header field continues on the next line");
    }
}
