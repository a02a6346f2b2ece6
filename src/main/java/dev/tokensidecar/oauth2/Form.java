package dev.tokensidecar.oauth2;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/**
 * A form-encoded request body. Made here in one piece, since the Web Client's own forms may go out in chunks, which
 * some token endpoints refuse.
 */
final class Form {

    private static final String CONTENT_TYPE = "application/x-www-form-urlencoded";

    private final StringJoiner pairs = new StringJoiner("&");

    void add(String name, String value) {
        pairs.add(encoded(name) + "=" + encoded(value));
    }

    /** No {@code toString}, because there are credentials in it. */
    HttpQuestion.Body body() {
        return new HttpQuestion.Body(CONTENT_TYPE, pairs.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
