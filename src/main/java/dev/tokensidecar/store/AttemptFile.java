package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.TokenHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds a record of the token that is about to be presented, by its hash. It is written before the request and removed
 * once the outcome is safe. A process that finds a record at its start knows that an earlier process ended before it
 * had the response.
 */
final class AttemptFile {

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AtomicFile file;

    AttemptFile(AtomicFile file) {
        this.file = file;
    }

    /** @param presented the hash of the token */
    record RecordedAttempt(TokenHash presented, Instant at) {}

    void begin(RefreshToken presented, Instant at) {
        String json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("token_sha256", presented.hash().reveal())
                .put("at", at.toString())
                .toString();
        file.replace(json.getBytes(StandardCharsets.UTF_8));
    }

    void end() {
        file.delete();
    }

    /** Returns the open attempt, if there is one. Ignores an unreadable record, because it is only a hint. */
    Optional<RecordedAttempt> open() {
        try {
            return file.read().map(AttemptFile::parse);
        } catch (StoreFailure | DateTimeException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static RecordedAttempt parse(byte[] content) {
        try {
            JsonNode json = JSON.readTree(content);
            return new RecordedAttempt(
                    TokenHash.parse(json.path("token_sha256").asText()),
                    Instant.parse(json.path("at").asText()));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
