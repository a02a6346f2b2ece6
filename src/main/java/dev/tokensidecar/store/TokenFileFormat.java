package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;

/** What an access token looks like in a file. */
public enum TokenFileFormat {
    /** The token and nothing else, no line end either. */
    TEXT,
    /** The names of RFC 6749 section 5.1, less {@code expires_in}: a second later it would be untrue. */
    JSON;

    byte[] encode(AccessToken token, Moment now) {
        String text = switch (this) {
            case TEXT -> token.value().reveal();
            case JSON -> json(token, now).toString();
        };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode json(AccessToken token, Moment now) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("access_token", token.value().reveal())
                .put("token_type", token.tokenType())
                .put(
                        "expires_at",
                        token.expiresAt(now).truncatedTo(ChronoUnit.SECONDS).toString());
        String scope = token.scope();
        if (scope != null) {
            json.put("scope", scope);
        }
        return json.put("generation", token.generation());
    }
}
