package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A Secret as the API server has it. */
final class SecretObject {

    private final String version;
    private final JsonNode data;

    private SecretObject(String version, JsonNode data) {
        this.version = version;
        this.data = data;
    }

    /** @throws IllegalArgumentException if the JSON has no resource version */
    static SecretObject parse(JsonNode json) {
        return new SecretObject(version(json), json.path("data"));
    }

    /** Returns the resource version of an object of any kind. */
    static String version(JsonNode json) {
        String version = json.path("metadata").path("resourceVersion").asText();
        if (version.isEmpty()) {
            throw new IllegalArgumentException("no resource version");
        }
        return version;
    }

    /** Returns the resource version. */
    String version() {
        return version;
    }

    /**
     * Returns the content of a key.
     *
     * @return null if there is none
     * @throws IllegalArgumentException if it is not Base64
     */
    byte @Nullable [] data(String key) {
        JsonNode value = data.path(key);
        return value.isTextual() ? Base64.getDecoder().decode(value.textValue()) : null;
    }

    /** Shows no data. */
    @Override
    public String toString() {
        return "SecretObject[version=" + version + "]";
    }
}
