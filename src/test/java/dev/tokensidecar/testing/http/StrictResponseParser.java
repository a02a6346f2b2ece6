package dev.tokensidecar.testing.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses everything that a server sent on a connection, as strictly as RFC 9112 allows. */
public final class StrictResponseParser {

    /**
     * One response.
     *
     * @param head status line and header
     */
    public record Response(int status, String head, String body) {

        /** Returns whether this is a final response (RFC 9110 section 15.2). */
        public boolean isFinal() {
            return status >= 200;
        }
    }

    private static final String END = "\r\n\r\n";
    private static final Pattern HEAD =
            Pattern.compile("HTTP/1\\.[01] (\\d{3}) [^\r\n]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*\r\n)*");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    private StrictResponseParser() {}

    /**
     * Parses the responses.
     *
     * @param toHead whether some may be responses to HEAD, with the length of a body that does not follow
     * @throws AssertionError if anything is no response, or an incomplete one
     */
    public static List<Response> parse(String bytes, boolean toHead) {
        List<Response> responses = new ArrayList<>();
        int at = 0;
        while (at < bytes.length()) {
            int end = bytes.indexOf(END, at);
            assertThat(end).as("the end of a header in %s", bytes.substring(at)).isPositive();
            String head = bytes.substring(at, end + 2);
            Matcher matcher = HEAD.matcher(head);
            assertThat(matcher.matches()).as("a header: %s", head).isTrue();
            int status = Integer.parseInt(matcher.group(1));
            int from = end + END.length();
            int to = from + (toHead && hasNoBody(bytes, from) ? 0 : length(status, head));
            assertThat(to).as("the end of a body in %s", bytes.substring(at)).isLessThanOrEqualTo(bytes.length());
            responses.add(new Response(status, head, bytes.substring(from, to)));
            at = to;
        }
        return responses;
    }

    private static boolean hasNoBody(String bytes, int from) {
        return from == bytes.length() || bytes.startsWith("HTTP/1.", from);
    }

    private static int length(int status, String head) {
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            return Integer.parseInt(length.group(1));
        }
        assertThat(status / 100 == 1 || status == 204 || status == 304)
                .as("a length in %s", head)
                .isTrue();
        return 0;
    }
}
