package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What the access token file contains. */
public interface TokenFileFormat {

    /** The token alone, without a line end. */
    TokenFileFormat TEXT = (token, now) -> token.value().reveal();

    /** The fields of RFC 6749 section 5.1 without {@code expires_in}, which would be wrong a second later. */
    TokenFileFormat JSON = (token, now) -> json(token, now).toString();

    /** Returns the content of the file with this token. */
    String encode(AccessToken token, Moment now);

    /** Returns the content of the file while there is no usable token; null for no file. */
    default @Nullable String withoutToken() {
        return null;
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
