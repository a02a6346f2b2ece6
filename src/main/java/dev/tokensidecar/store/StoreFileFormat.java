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
 * The content of a refresh token file: JSON that begins with the version of its format, sealed if there is a key. Sealed
 * content is bound to one store and rejected by another one with the same key. Ignores unknown fields; rejects unknown
 * formats. Not thread-safe.
 */
final class StoreFileFormat {

    private static final int FORMAT = 1;
    /** The first envelope format did not name the store. */
    private static final int ENVELOPE_FORMAT = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KeyRing keys;
    private final String store;
    private boolean migrating;

    /**
     * @param encryption null for plain text
     * @param store the path of the store's file, to which sealed content is bound
     */
    StoreFileFormat(@Nullable Encryption encryption, Path store) {
        this.keys = new KeyRing(encryption == null ? null : encryption.keys());
        this.store = store.toString();
        this.migrating = encryption != null && encryption.acceptPlainText();
    }

    /** Whether plain text is still accepted although new content is sealed. */
    boolean migrating() {
        return migrating;
    }

    /** Ends the migration: the store is sealed now, so plain text in it would come from somebody else. */
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
        BoundKeyJson.write(token.key(), json);
        json.put("generation", stored.generation());
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
     * Reads what {@link #encode} has written.
     *
     * @param name the name of the file in messages
     * @param seed the current seed, which counts as seen if the content has no list of seeds
     * @throws StoreFailure for any other content; its message quotes nothing from it
     */
    StoredToken decode(byte[] content, String name, @Nullable TokenHash seed) {
        if (content.length == 0) {
            throw new StoreFailure(StoreProblem.EMPTY, name + " is empty");
        }
        try {
            JsonNode json = JSON.readTree(content);
            return parse(json.has("sealed") ? openEnvelope(json, name) : plainText(json, name), seed);
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            // drops the cause on purpose: parsers quote what they read
            throw damaged(name);
        }
    }

    private JsonNode openEnvelope(JsonNode envelope, String name) throws IOException {
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

    /** Authenticated with the content, so that nobody with write access to two stores can exchange their files. */
    private String context() {
        return "\n" + store;
    }

    private JsonNode plainText(JsonNode json, String name) {
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
            throw new StoreFailure(StoreProblem.UNKNOWN_FORMAT, name + " has a newer format");
        }
    }

    private static StoredToken parse(JsonNode json, @Nullable TokenHash seed) {
        RefreshToken token = new RefreshToken(
                Secret.of(json.path("refresh_token").asText("")),
                Instant.parse(json.path("received_at").asText()),
                instant(json.path("expires_at")),
                BoundKeyJson.read(json));
        if (!json.has("seen_seeds")) {
            return new StoredToken(token, generation(json), seed == null ? List.of() : List.of(seed));
        }
        List<TokenHash> seen = new ArrayList<>();
        json.path("seen_seeds").forEach(one -> seen.add(TokenHash.parse(one.asText())));
        return new StoredToken(token, generation(json), seen);
    }

    /** Earlier versions wrote none. A strange one is no reason to lose the token. */
    private static long generation(JsonNode json) {
        JsonNode generation = json.path("generation");
        return generation.isIntegralNumber() && generation.canConvertToLong() ? Math.max(0, generation.asLong()) : 0;
    }

    private static @Nullable Instant instant(JsonNode json) {
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
        return new StoreFailure(StoreProblem.DAMAGED, name + " is damaged, or not a file of the sidecar");
    }
}
