package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import java.time.temporal.ChronoUnit;

/**
 * The fields of RFC 6749 section 5.1 without {@code expires_in}, which would be wrong a second later, and one further field
 * if that is the credential.
 */
public record JsonFile(FileCredential credential) implements TokenFileFormat {

    @Override
    public String encode(AccessToken token, Moment now) {
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
        json.put("generation", token.generation());
        String field = credential.field();
        if (field != null) {
            json.put(field, credential.of(token).reveal());
        }
        return json.toString();
    }
}
