package dev.tokensidecar.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * Fuzzes the bytes that a server sends on a connection with several requests. An input is a conversation: a line that
 * begins with {@code >} is the next request, if the connection is reusable. Every other line is one read, without its line
 * end, with {@code \r}, {@code \n} and {@code \p} for CR, LF and the border between two pieces of the read.
 *
 * <p>What a request receives must not depend on anything sent before it: it receives the same on its own connection.
 */
public final class Http1CodecFuzz {

    private static final String REQUEST = ">";

    private Http1CodecFuzz() {}

    /** The fuzzer's entry point. */
    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = new String(input, ISO_8859_1).split("\n", -1);
        List<String> conversation = new ArrayList<>();
        try (CodecConnection connection = new CodecConnection()) {
            for (String line : lines) {
                if (!line.startsWith(REQUEST)) {
                    conversation.add(line);
                    var unused = connection.readsTogether(pieces(line));
                } else if (connection.isReusable()) {
                    check(connection.received(), conversation);
                    conversation.clear();
                    conversation.add(line);
                    var unused = connection.request();
                }
            }
            check(connection.received(), conversation);
        }
    }

    /** Checks that a request has received what it would have received alone. */
    private static void check(List<String> received, List<String> conversation) {
        boolean requested = !conversation.isEmpty() && conversation.getFirst().startsWith(REQUEST);
        if (!requested) {
            assertThat(received).isEmpty();
            return;
        }
        try (CodecConnection alone = new CodecConnection()) {
            var unused = alone.request();
            for (String line : conversation.subList(1, conversation.size())) {
                unused = alone.readsTogether(pieces(line));
            }
            assertThat(received).isEqualTo(alone.received());
        }
        assertThat(received.stream().filter(message -> message.matches("(?s)[2-9]\\d\\d \\[.*")))
                .as("final responses to one request")
                .hasSizeLessThanOrEqualTo(1);
    }

    private static String[] pieces(String line) {
        return line.replace("\\r", "\r").replace("\\n", "\n").split("\\\\p", -1);
    }
}
