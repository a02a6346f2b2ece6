package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.token.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A form-encoded request body in one piece. The Web Client may send its own forms in chunks, which some token endpoints
 * reject.
 */
public final class Form {

    private static final String CONTENT_TYPE = "application/x-www-form-urlencoded";

    private final StringJoiner pairs = new StringJoiner("&");
    private final Set<String> names = new HashSet<>();
    private final List<Secret> secrets = new ArrayList<>();

    /** Adds a parameter. */
    public void add(String name, String value) {
        names.add(name);
        pairs.add(encoded(name) + "=" + encoded(value));
    }

    /** Whether there is a parameter of this name. */
    public boolean has(String name) {
        return names.contains(name);
    }

    /** Adds a credential, which the server may echo in its response. */
    public void add(String name, Secret value) {
        add(name, value.reveal());
        secrets.add(value);
    }

    /** Returns the credentials in the form. */
    public List<Secret> secrets() {
        return List.copyOf(secrets);
    }

    /** Returns the body. Not a {@code toString}, because the form contains credentials. */
    public OutboundRequest.Payload body() {
        return new OutboundRequest.Payload(CONTENT_TYPE, pairs.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
