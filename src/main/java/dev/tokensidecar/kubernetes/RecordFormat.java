package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.store.Encryption;
import dev.tokensidecar.store.KeyRing;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * The record of a session in a Secret: JSON with the version of its format, sealed if there is a key. Sealed content is
 * bound to one Secret and rejected in another one with the same key. Rejects unknown formats. May block, because keys are
 * files.
 */
final class RecordFormat {

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final KeyRing keys;
    private volatile boolean migrating;

    /** @param encryption null for plain text */
    RecordFormat(@Nullable Encryption encryption) {
        this.keys = new KeyRing(encryption == null ? null : encryption.keys());
        this.migrating = encryption != null && encryption.acceptPlainText();
    }

    /** Ends the acceptance of plain text: the Secret is sealed now, so plain text in it would come from somebody else. */
    void migrated() {
        migrating = false;
    }

    /** Returns the content for a Secret. */
    byte[] encode(SessionRecord session, SecretReference secret) {
        ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
        RecordJson.write(session, json);
        return keys.canSeal() ? bytes(envelope(bytes(json), secret)) : bytes(json);
    }

    private ObjectNode envelope(byte[] content, SecretReference secret) {
        KeyRing.Sealed sealed = keys.seal(content, context(secret));
        return JSON.createObjectNode()
                .put("format", FORMAT)
                .put("store", name(secret))
                .put("key_id", sealed.keyId())
                .put("nonce", sealed.nonce())
                .put("sealed", sealed.ciphertext());
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @param content null if the Secret has none; then, and if it is empty, the record is {@link SessionRecord#EMPTY}
     * @throws StoreFailure for any other content; its message quotes nothing from it
     */
    SessionRecord decode(byte @Nullable [] content, SecretReference secret) {
        if (content == null || content.length == 0) {
            return SessionRecord.EMPTY;
        }
        try {
            JsonNode json = JSON.readTree(content);
            return RecordJson.read(json.has("sealed") ? opened(json, secret) : plainText(json, secret));
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            // drops the cause on purpose: parsers quote what they read
            throw damaged(secret);
        }
    }

    private JsonNode opened(JsonNode envelope, SecretReference secret) throws IOException {
        requireFormat(envelope, secret);
        if (!envelope.path("store").asText().equals(name(secret))) {
            throw new StoreFailure(
                    StoreProblem.FOREIGN, "the session in " + secret + " was encrypted for another Secret");
        }
        KeyRing.Sealed sealed = new KeyRing.Sealed(
                envelope.path("key_id").asText(),
                envelope.path("nonce").asText(),
                envelope.path("sealed").asText());
        JsonNode json = JSON.readTree(keys.open(sealed, context(secret), "the session in " + secret));
        requireFormat(json, secret);
        return json;
    }

    private JsonNode plainText(JsonNode json, SecretReference secret) {
        requireFormat(json, secret);
        if (keys.canSeal() && !migrating) {
            throw new StoreFailure(
                    StoreProblem.UNENCRYPTED,
                    "the session in " + secret + " is in plain text, although this store is encrypted");
        }
        return json;
    }

    private static void requireFormat(JsonNode json, SecretReference secret) {
        JsonNode format = json.path("format");
        if (!format.isInt() || format.asInt() < FORMAT) {
            throw damaged(secret);
        }
        if (format.asInt() > FORMAT) {
            throw new StoreFailure(StoreProblem.UNKNOWN_FORMAT, "the session in " + secret + " has a newer format");
        }
    }

    /** Authenticated with the content, so that nobody who may write two Secrets can exchange their sessions. */
    private static String context(SecretReference secret) {
        return "\n" + name(secret);
    }

    /** A file is named by its path, which begins with a slash. */
    private static String name(SecretReference secret) {
        return "kubernetes:" + secret.namespace() + "/" + secret.name();
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can always be written", e);
        }
    }

    private static StoreFailure damaged(SecretReference secret) {
        return new StoreFailure(
                StoreProblem.DAMAGED, "the session in " + secret + " is damaged, or not one of the sidecar");
    }
}
