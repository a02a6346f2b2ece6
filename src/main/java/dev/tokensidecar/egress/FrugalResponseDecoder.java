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

/** Netty's decoder, with a {@link FieldLimit} that is judged before anything is made of a field. */
class FrugalResponseDecoder extends HttpResponseDecoder {

    private final FieldLimit limit = new FieldLimit();
    private final FoldedFields foldedFields;
    private ByteBuf following = Unpooled.EMPTY_BUFFER;
    private boolean insideField;

    FrugalResponseDecoder(HttpDecoderConfig config, FoldedFields foldedFields) {
        super(config);
        this.foldedFields = foldedFields;
    }

    /** The next head belongs to the answer to another request. */
    final void beginAnswer() {
        limit.begin();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (insideField && in.isReadable()) {
            insideField = false;
            if (isRefused(in)) {
                in.skipBytes(in.readableBytes());
                HttpMessage refused = createInvalidMessage();
                refused.setDecoderResult(DecoderResult.failure(folded()));
                out.add(refused);
                return;
            }
        }
        following = in;
        super.decode(context, in, out);
    }

    /** Called for each status line. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        limit.take(1);
        return super.createMessage(initialLine);
    }

    /** Called for each field and each trailer, when the line has been read and nothing behind it. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        limit.take(1);
        insideField = !following.isReadable();
        if (!insideField && isRefused(following)) {
            throw folded();
        }
        return super.splitHeaderName(line, start, length);
    }

    /** Whether the next line continues the field, and must not. */
    private boolean isRefused(ByteBuf next) {
        byte first = next.getByte(next.readerIndex());
        return foldedFields == FoldedFields.REFUSED && (first == ' ' || first == '\t');
    }

    private static InvalidAnswerException folded() {
        return new InvalidAnswerException("a header field goes on in the next line");
    }
}
