package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A form-encoded request body. Made here in one piece, since the Web Client's own forms may go out in chunks, which
 * some token endpoints refuse.
 */
final class Form {

    private static final String CONTENT_TYPE = "application/x-www-form-urlencoded";

    private final StringJoiner pairs = new StringJoiner("&");
    private final List<Secret> secrets = new ArrayList<>();

    void add(String name, String value) {
        pairs.add(encoded(name) + "=" + encoded(value));
    }

    /** Adds a credential, which the server may echo. */
    void add(String name, Secret value) {
        add(name, value.reveal());
        secrets.add(value);
    }

    /** The credentials in here. */
    List<Secret> secrets() {
        return List.copyOf(secrets);
    }

    /** No {@code toString}, because there are credentials in it. */
    OutboundRequest.Payload body() {
        return new OutboundRequest.Payload(CONTENT_TYPE, pairs.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
