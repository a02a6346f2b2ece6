package dev.tokensidecar.kubernetes;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Splits a stream of bytes into lines of limited length. Ignores a last line without an end. Not thread-safe. */
final class LineSplitter {

    private final int maxBytes;
    private final Consumer<byte[]> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** @param lines gets each line without its end */
    LineSplitter(int maxBytes, Consumer<byte[]> lines) {
        this.maxBytes = maxBytes;
        this.lines = lines;
    }

    /** @throws IllegalArgumentException if a line is too long */
    void add(byte[] chunk) {
        int from = 0;
        for (int at = 0; at < chunk.length; at++) {
            if (chunk[at] == '\n') {
                append(chunk, from, at);
                byte[] complete = line.toByteArray();
                line.reset();
                lines.accept(complete);
                from = at + 1;
            }
        }
        append(chunk, from, chunk.length);
    }

    private void append(byte[] chunk, int from, int to) {
        if (line.size() + to - from > maxBytes) {
            throw new IllegalArgumentException("a line has more than " + maxBytes + " bytes");
        }
        line.write(chunk, from, to - from);
    }
}
