package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Collects the bytes of an unfinished message in a buffer of about their size. Netty's own cumulator keeps the whole
 * buffer of the first read and then doubles it, so thousands of unfinished heads took several times the memory that the
 * {@link ConnectionTable} counts for them.
 */
final class ExactCumulator implements ByteToMessageDecoder.Cumulator {

    static final ExactCumulator INSTANCE = new ExactCumulator();

    /** The buffer grows in steps, so that a head in many pieces is not copied for each of them. */
    private static final int STEP_BYTES = 1024;

    private ExactCumulator() {}

    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
        int collected = cumulation.readableBytes();
        int added = in.readableBytes();
        if (collected == 0 && added > in.capacity() / 2) {
            cumulation.release();
            return in;
        }
        if (collected > 0 && added <= cumulation.writableBytes() && cumulation.refCnt() == 1) {
            return append(cumulation, in);
        }
        int capacity = collected == 0 ? added : (collected + added + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
        return append(append(allocator.buffer(capacity), cumulation), in);
    }

    private static ByteBuf append(ByteBuf buffer, ByteBuf bytes) {
        buffer.writeBytes(bytes);
        bytes.release();
        return buffer;
    }
}
