package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;

/** Formats of the access token file. */
public enum TokenFileFormat {
    /** The token alone, without a line end. */
    TEXT,
    /** The fields of RFC 6749 section 5.1 without {@code expires_in}, which would be wrong a second later. */
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
