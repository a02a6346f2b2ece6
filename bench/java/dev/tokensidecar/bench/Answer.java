package dev.tokensidecar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** As much of HTTP as it takes to know where a short answer ends, without making an object of anything. */
final class Answer {

    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final int STATUS = "HTTP/1.1 ".length();
    private static final int TEN = 10;

    private Answer() {}

    /** The status of the answer at the begin of the bytes, or 0 while it is not whole. */
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

    /** Where the line after this one begins; 0 if this one has no end yet. */
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
