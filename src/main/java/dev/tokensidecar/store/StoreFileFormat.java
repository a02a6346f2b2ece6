package dev.tokensidecar.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenHash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a refresh token file: JSON, with the version of its format first, sealed where there is a key. What is
 * sealed belongs to one store, and is refused in another one with the same key. Fields that are not known are ignored;
 * another format is refused. Not thread-safe.
 */
final class StoreFileFormat {

    private static final int FORMAT = 1;
    /** The first format of envelopes named no store. */
    private static final int ENVELOPE_FORMAT = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KeyRing keys;
    private final String store;
    private boolean migrating;

    /**
     * The format of one store.
     *
     * @param encryption null for plain text
     * @param store the path of its file, to which sealed content is bound
     */
    StoreFileFormat(@Nullable Encryption encryption, Path store) {
        this.keys = new KeyRing(encryption == null ? null : encryption.keys());
        this.store = store.toString();
        this.migrating = encryption != null && encryption.acceptPlainText();
    }

    /** Whether plain text is accepted although what is written is sealed. */
    boolean migrating() {
        return migrating;
    }

    /** The store is sealed from now on, so plain text in it would be somebody else's. */
    void migrated() {
        migrating = false;
    }

    byte[] encode(StoredToken stored) {
        RefreshToken token = stored.token();
        ObjectNode json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("refresh_token", token.value().reveal())
                .put("received_at", token.receivedAt().toString());
        if (token.expiresAt() != null) {
            json.put("expires_at", token.expiresAt().toString());
        }
        var seeds = json.putArray("seen_seeds");
        stored.seenSeeds().stream().map(TokenHash::reveal).forEach(seeds::add);
        return keys.canSeal() ? envelope(bytes(json)) : bytes(json);
    }

    private byte[] envelope(byte[] content) {
        KeyRing.Sealed sealed = keys.seal(content, context());
        return bytes(JSON.createObjectNode()
                .put("format", ENVELOPE_FORMAT)
                .put("store", store)
                .put("key_id", sealed.keyId())
                .put("nonce", sealed.nonce())
                .put("sealed", sealed.ciphertext()));
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param name how to call the file in a message
     * @param seed the seed that is there now; it counts as seen where the content has no list of seeds
     * @throws StoreFailure for anything else; its message quotes nothing
     */
    StoredToken decode(byte[] content, String name, @Nullable TokenHash seed) {
        if (content.length == 0) {
            throw new StoreFailure(StoreProblem.EMPTY, name + " is empty");
        }
        try {
            JsonNode json = JSON.readTree(content);
            return parse(json.has("sealed") ? opened(json, name) : inPlainText(json, name), seed);
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            // the cause is left out on purpose: parsers quote what they read
            throw damaged(name);
        }
    }

    private JsonNode opened(JsonNode envelope, String name) throws IOException {
        requireFormat(envelope, ENVELOPE_FORMAT, name);
        boolean bound = envelope.path("format").asInt() == ENVELOPE_FORMAT;
        if (bound && !envelope.path("store").asText().equals(store)) {
            throw new StoreFailure(StoreProblem.FOREIGN, name + " was encrypted for another store");
        }
        KeyRing.Sealed sealed = new KeyRing.Sealed(
                envelope.path("key_id").asText(),
                envelope.path("nonce").asText(),
                envelope.path("sealed").asText());
        JsonNode json = JSON.readTree(keys.open(sealed, bound ? context() : "", name));
        requireFormat(json, FORMAT, name);
        return json;
    }

    /** What is authenticated with the content: whoever may write to both stores cannot exchange their files. */
    private String context() {
        return "\n" + store;
    }

    private JsonNode inPlainText(JsonNode json, String name) {
        requireFormat(json, FORMAT, name);
        if (keys.canSeal() && !migrating) {
            throw new StoreFailure(
                    StoreProblem.UNENCRYPTED, name + " is in plain text, although this store is encrypted");
        }
        return json;
    }

    private static void requireFormat(JsonNode json, int latest, String name) {
        JsonNode format = json.path("format");
        if (!format.isInt() || format.asInt() < FORMAT) {
            throw damaged(name);
        }
        if (format.asInt() > latest) {
            throw new StoreFailure(StoreProblem.UNKNOWN_FORMAT, name + " has a later format");
        }
    }

    private static StoredToken parse(JsonNode json, @Nullable TokenHash seed) {
        RefreshToken token = new RefreshToken(
                Secret.of(json.path("refresh_token").asText("")),
                Instant.parse(json.path("received_at").asText()),
                time(json.path("expires_at")));
        if (!json.has("seen_seeds")) {
            return new StoredToken(token, seed == null ? List.of() : List.of(seed));
        }
        List<TokenHash> seen = new ArrayList<>();
        json.path("seen_seeds").forEach(one -> seen.add(TokenHash.parse(one.asText())));
        return new StoredToken(token, seen);
    }

    private static @Nullable Instant time(JsonNode json) {
        return json.isMissingNode() || json.isNull() ? null : Instant.parse(json.asText());
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can always be written", e);
        }
    }

    private static StoreFailure damaged(String name) {
        return new StoreFailure(StoreProblem.DAMAGED, name + " is damaged, or none of this program's files");
    }
}
