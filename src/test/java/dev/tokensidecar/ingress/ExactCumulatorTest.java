package dev.tokensidecar.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of unfinished messages is about their size, and nothing of them is lost. */
class ExactCumulatorTest {

    private static final int READ_BYTES = 2048;

    private static ByteBuf read(String bytes) {
        return Unpooled.buffer(READ_BYTES).writeBytes(bytes.getBytes(US_ASCII));
    }

    private static ByteBuf cumulate(ByteBuf cumulation, ByteBuf in) {
        return ExactCumulator.INSTANCE.cumulate(UnpooledByteBufAllocator.DEFAULT, cumulation, in);
    }

    @Test
    void aShortReadDoesNotKeepItsBuffer() {
        ByteBuf in = read("GET");

        ByteBuf cumulation = cumulate(Unpooled.EMPTY_BUFFER, in);

        assertThat(cumulation.toString(US_ASCII)).isEqualTo("GET");
        assertThat(cumulation.capacity()).isEqualTo(3);
        assertThat(in.refCnt()).isZero();
    }

    @Test
    void aReadThatFillsItsBufferIsNotCopied() {
        ByteBuf in = read("x".repeat(READ_BYTES));

        assertThat(cumulate(Unpooled.EMPTY_BUFFER, in)).isSameAs(in);
        assertThat(in.refCnt()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1023, 1024, 1025, 2000})
    void piecesTakeAtMostAStepMoreThanTheirSize(int piece) {
        ByteBuf cumulation = Unpooled.EMPTY_BUFFER;
        StringBuilder sent = new StringBuilder();
        while (sent.length() < 20_000) {
            String next = Character.toString('a' + sent.length() % 26).repeat(piece);
            sent.append(next);

            cumulation = cumulate(cumulation, read(next));

            assertThat(cumulation.capacity()).isLessThan(sent.length() + READ_BYTES);
        }
        assertThat(cumulation.toString(US_ASCII)).isEqualTo(sent.toString());
        assertThat(cumulation.refCnt()).isOne();
    }

    /** A part of the buffer that a handler still holds must not change under it. */
    @Test
    void aSharedBufferIsNotWrittenTo() {
        ByteBuf first = cumulate(Unpooled.EMPTY_BUFFER, read("a".repeat(READ_BYTES - 100)));
        ByteBuf held = first.readRetainedSlice(10);

        ByteBuf cumulation = cumulate(first, read("b"));

        assertThat(cumulation).isNotSameAs(first);
        assertThat(cumulation.readableBytes()).isEqualTo(READ_BYTES - 100 - 10 + 1);
        assertThat(held.toString(US_ASCII)).isEqualTo("a".repeat(10));
        assertThat(held.release()).isTrue();
    }
}
