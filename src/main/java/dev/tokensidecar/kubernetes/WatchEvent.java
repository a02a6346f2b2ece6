package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One line of a watch.
 *
 * @param version the version from which the watch can be resumed
 * @param secret the Secret after a change; null if there is none any more, or if only the version is news
 */
record WatchEvent(String version, @Nullable SecretObject secret) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws StaleVersion for an error, and for a line that is no event */
    static WatchEvent parse(byte[] line) {
        try {
            JsonNode json = JSON.readTree(line);
            JsonNode object = json.path("object");
            return switch (json.path("type").asText()) {
                case "ADDED", "MODIFIED" -> changed(SecretObject.parse(object));
                case "DELETED", "BOOKMARK" -> new WatchEvent(SecretObject.version(object), null);
                default -> throw new StaleVersion();
            };
        } catch (IOException | IllegalArgumentException e) {
            // drops the cause on purpose: parsers quote what they read
            throw new StaleVersion();
        }
    }

    private static WatchEvent changed(SecretObject secret) {
        return new WatchEvent(secret.version(), secret);
    }
}
