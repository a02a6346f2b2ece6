package dev.tokensidecar.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter = new LineSplitter(10, line -> lines.add(new String(line, UTF_8)));

    private void add(String chunk) {
        splitter.add(chunk.getBytes(UTF_8));
    }

    @Test
    void chunksEndAnywhere() {
        add("fir");
        add("st\nsecond\nth");
        add("");
        add("ird");
        assertThat(lines).containsExactly("first", "second");

        add("\n\n");
        assertThat(lines).containsExactly("first", "second", "third", "");
    }

    @Test
    void aLineOfTheGreatestLengthIsRead() {
        add("0123456789\n0123456789\n");

        assertThat(lines).containsExactly("0123456789", "0123456789");
    }

    @Test
    void aLongerLineFails() {
        add("012345");

        assertThatThrownBy(() -> add("67890")).isInstanceOf(IllegalArgumentException.class);
        assertThat(lines).isEmpty();
    }
}
