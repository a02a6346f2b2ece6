package dev.tokensidecar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Finds the end of a short HTTP response. Allocates nothing, so that the client disturbs the measurement little. */
final class ResponseParser {

    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final int STATUS = "HTTP/1.1 ".length();
    private static final int TEN = 10;

    private ResponseParser() {}

    /** Returns the status of the response at the start of the bytes; 0 while the response is incomplete. */
    static int status(byte[] bytes, int received) {
        int length = 0;
        for (int line = 0, end = next(bytes, line, received); end > 0; line = end, end = next(bytes, line, received)) {
            if (isContentLength(bytes, line, end)) {
                length = number(bytes, line + CONTENT_LENGTH.length, end);
            } else if (bytes[line] == '\r') {
                return received >= end + length ? number(bytes, STATUS, STATUS + 3) : 0;
            }
        }
        return 0;
    }

    /** Returns the start of the next line; 0 if the line has no end yet. */
    private static int next(byte[] bytes, int line, int received) {
        for (int at = line; at < received; at++) {
            if (bytes[at] == '\n') {
                return at + 1;
            }
        }
        return 0;
    }

    private static boolean isContentLength(byte[] bytes, int line, int end) {
        if (end - line <= CONTENT_LENGTH.length) {
            return false;
        }
        for (int at = 0; at < CONTENT_LENGTH.length; at++) {
            int lowerCase = bytes[line + at] >= 'A' && bytes[line + at] <= 'Z'
                    ? bytes[line + at] + 'a' - 'A'
                    : bytes[line + at];
            if (lowerCase != CONTENT_LENGTH[at]) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] bytes, int from, int to) {
        int number = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] >= '0' && bytes[at] <= '9') {
                number = TEN * number + bytes[at] - '0';
            }
        }
        return number;
    }
}
