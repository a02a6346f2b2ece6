package dev.tokensidecar.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * Fuzzes what a server sends on a connection on which one request follows the other: an input is such a conversation. A line
 * that begins with {@code >} is the next request, if there may be one; every other line is read at once, without its end
 * and with {@code \r}, {@code \n} and {@code \p} for CR, LF and the border between two pieces of one read.
 *
 * <p>What a request gets depends on nothing that was sent before it: it is the same on a connection of its own.
 */
public final class AnswersFuzz {

    private static final String REQUEST = ">";

    private AnswersFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = new String(input, ISO_8859_1).split("\n", -1);
        List<String> since = new ArrayList<>();
        try (Wire wire = new Wire()) {
            for (String line : lines) {
                if (!line.startsWith(REQUEST)) {
                    since.add(line);
                    var unused = wire.readsAtOnce(pieces(line));
                } else if (wire.isReusable()) {
                    check(wire.heard(), since);
                    since.clear();
                    since.add(line);
                    var unused = wire.request();
                }
            }
            check(wire.heard(), since);
        }
    }

    /** What was heard since a request is what it would have heard alone. */
    private static void check(List<String> heard, List<String> since) {
        boolean asked = !since.isEmpty() && since.getFirst().startsWith(REQUEST);
        if (!asked) {
            assertThat(heard).isEmpty();
            return;
        }
        try (Wire alone = new Wire()) {
            var unused = alone.request();
            for (String line : since.subList(1, since.size())) {
                unused = alone.readsAtOnce(pieces(line));
            }
            assertThat(heard).isEqualTo(alone.heard());
        }
        assertThat(heard.stream().filter(message -> message.matches("(?s)[02-9]\\d\\d .*")))
                .as("final answers to one request")
                .hasSizeLessThanOrEqualTo(1);
    }

    private static String[] pieces(String line) {
        return line.replace("\\r", "\r").replace("\\n", "\n").split("\\\\p", -1);
    }
}
