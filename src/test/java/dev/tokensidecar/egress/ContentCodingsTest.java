package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingsTest {

    private static final int LIMIT = 1000;
    private static final byte[] BODY = "{\"refresh_token\":\"r2\"}".getBytes(StandardCharsets.UTF_8);

    private interface Encoder {
        OutputStream open(OutputStream out) throws IOException;
    }

    private static byte[] encoded(byte[] body, Encoder encoder) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (OutputStream out = encoder.open(encoded)) {
            out.write(body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return encoded.toByteArray();
    }

    private static byte[] gzip(byte[] body) {
        return encoded(body, GZIPOutputStream::new);
    }

    private static byte @Nullable [] decode(byte[] body, @Nullable String codings) {
        return ContentCodings.decode(body, codings, LIMIT);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "identity", "Identity, identity", "utf-8", "binary, none"})
    void aBodyWithoutACodingStaysAsItIs(@Nullable String codings) {
        assertThat(decode(BODY, codings)).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP", " gzip , identity"})
    void gzipIsDecoded(String codings) {
        assertThat(decode(gzip(BODY), codings)).isEqualTo(BODY);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void gzipIsRecognizedWithoutItsName(@Nullable String codings) {
        assertThat(decode(gzip(BODY), codings)).isEqualTo(BODY);
        assertThat(decode(new byte[] {0x1f}, codings)).hasSize(1);
    }

    @Test
    void deflateIsDecodedWithAndWithoutItsHeader() {
        byte[] bare = encoded(BODY, out -> new DeflaterOutputStream(out, new Deflater(9, true)));

        assertThat(decode(encoded(BODY, DeflaterOutputStream::new), "deflate")).isEqualTo(BODY);
        assertThat(decode(bare, "deflate")).isEqualTo(BODY);
    }

    @Test
    void severalCodingsAreUndoneInReverse() {
        byte[] twice = gzip(encoded(BODY, DeflaterOutputStream::new));

        assertThat(decode(twice, "deflate, gzip")).isEqualTo(BODY);
    }

    @Test
    void aBombIsReadUpToTheLimit() {
        byte[] bomb = gzip(new byte[50_000_000]);

        assertThat(decode(bomb, "gzip")).hasSize(LIMIT + 1);
        assertThat(decode(gzip(bomb), "gzip, gzip")).hasSizeLessThanOrEqualTo(LIMIT + 1);
    }

    @Test
    void aBodyThatBreaksOffIsDecodedAsFarAsItGoes() {
        byte[] whole = gzip(BODY);

        assertThat(decode(Arrays.copyOf(whole, whole.length - 8), "gzip")).isEqualTo(BODY);
        assertThat(decode(BODY, "gzip")).isEmpty();
    }

    @Test
    void anotherCodingIsNotDecoded() {
        assertThat(decode(BODY, "br")).isNull();
        assertThat(decode(BODY, "br, gzip")).isNull();
        assertThat(decode(BODY, "identity, identity, identity, identity")).isNull();
    }
}
