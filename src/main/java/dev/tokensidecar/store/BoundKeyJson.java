package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.Secret;
import org.jspecify.annotations.Nullable;

/** The key that a token is bound to (RFC 9449), as a field beside the token. */
public final class BoundKeyJson {

    private static final String FIELD = "bound_to";
    private static final String THUMBPRINT = "jkt";
    private static final String PRIVATE_KEY = "private_key";

    private BoundKeyJson() {}

    /** Adds the key to the object with the token. Adds nothing if there is no key. */
    public static void write(@Nullable BoundKey key, ObjectNode token) {
        if (key == null) {
            return;
        }
        ObjectNode json = token.putObject(FIELD).put(THUMBPRINT, key.thumbprint());
        if (key.privateKey() != null) {
            json.put(PRIVATE_KEY, key.privateKey().reveal());
        }
    }

    /**
     * Returns the key of a token; null if it has none.
     *
     * @throws IllegalArgumentException for anything but a key
     */
    public static @Nullable BoundKey read(JsonNode token) {
        if (!token.hasNonNull(FIELD)) {
            return null;
        }
        JsonNode json = token.path(FIELD);
        JsonNode privateKey = json.path(PRIVATE_KEY);
        if (!json.path(THUMBPRINT).isTextual() || !(privateKey.isMissingNode() || privateKey.isTextual())) {
            throw new IllegalArgumentException(FIELD + " is no key");
        }
        return new BoundKey(
                json.path(THUMBPRINT).textValue(),
                privateKey.isMissingNode() ? null : Secret.of(privateKey.textValue()));
    }
}
