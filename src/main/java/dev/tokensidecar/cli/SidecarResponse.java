package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tokensidecar.token.LogValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A response of the sidecar, which always states the length of its body.
 *
 * @param status the HTTP status
 * @param retryAfter the value of {@code Retry-After} in seconds; null without one
 * @param fields the members of the JSON object in the body
 */
record SidecarResponse(int status, @Nullable String retryAfter, Map<String, String> fields) {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*\r\n");
    private static final Pattern LENGTH = header("content-length");
    private static final Pattern RETRY_AFTER = header("retry-after");
    private static final String HEAD_END = "\r\n\r\n";
    private static final int FIRST_OF_ERRORS = 300;

    private static Pattern header(String name) {
        return Pattern.compile("\r\n" + name + ": *(\\d{1,9}) *\r\n", Pattern.CASE_INSENSITIVE);
    }

    /**
     * Parses all that came on a connection.
     *
     * @throws IOException if that is not a whole response
     */
    static SidecarResponse parse(byte[] received) throws IOException {
        String text = new String(received, ISO_8859_1);
        int end = text.indexOf(HEAD_END) + HEAD_END.length();
        Matcher status = STATUS.matcher(text);
        if (end < HEAD_END.length() || !status.lookingAt()) {
            throw new IOException("not an HTTP response");
        }
        String head = text.substring(0, end);
        String length = find(LENGTH, head);
        if (length == null || Integer.parseInt(length) != received.length - end) {
            throw new IOException("the response is not whole");
        }
        byte[] body = Arrays.copyOfRange(received, end, received.length);
        return new SidecarResponse(Integer.parseInt(status.group(1)), find(RETRY_AFTER, head), FlatJson.read(body));
    }

    private static @Nullable String find(Pattern header, String head) {
        Matcher found = header.matcher(head);
        return found.find() ? found.group(1) : null;
    }

    /** @throws CommandFailure if the sidecar reports a problem */
    SidecarResponse requireSuccess() {
        if (status < FIRST_OF_ERRORS) {
            return this;
        }
        String detail = fields.get("detail");
        if (detail == null) {
            throw new CommandFailure("HTTP " + status + " instead of a token: this is not the port of a sidecar");
        }
        throw new CommandFailure("no token: " + oneLine(detail) + cure());
    }

    private String cure() {
        return switch (fields.getOrDefault("action", "")) {
            case "retry" -> retryAfter == null ? "; try again" : "; try again in " + retryAfter + " s";
            case "reauthenticate" -> "; somebody has to log in again";
            case "fix-configuration" -> "; correct the configuration of the sidecar";
            default -> "";
        };
    }

    /** A detail may quote what an authorization server has sent. */
    private static String oneLine(String detail) {
        String quoted = LogValue.of(detail);
        return quoted.startsWith("\"") ? quoted.substring(1, quoted.length() - 1) : quoted;
    }

    @Override
    public String toString() {
        return "SidecarResponse[status=" + status + "]";
    }
}
