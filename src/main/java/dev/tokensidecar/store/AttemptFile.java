package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SessionRecord.Doubt;
import dev.tokensidecar.token.TokenHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The content of the file that names the refresh token which is being presented, by its hash. It is written before the
 * request and removed once the outcome is safe. Older versions of this program know no holder: they wrote what reads as a
 * doubt, and read a claim as one.
 *
 * @param claim the request that is under way; null if there is none
 * @param doubt an earlier request whose response nobody has received; null if there is none
 * @param generation the generation of the record that the file belongs to; null if an older version wrote it
 */
record AttemptFile(
        @Nullable Claim claim,
        @Nullable Doubt doubt,
        @Nullable Long generation) {

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns what a record requires; null if the file is not needed. A request without a refresh token needs none. */
    static @Nullable AttemptFile of(SessionRecord record) {
        Claim claim = record.claim();
        Claim kept = claim == null || claim.presented() == null ? null : claim;
        return kept == null && record.doubt() == null
                ? null
                : new AttemptFile(kept, record.doubt(), record.generation());
    }

    byte[] encode() {
        ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
        if (claim != null) {
            put(json, claim.presented(), claim.at());
            json.put("token", claim.token());
            json.putObject("holder")
                    .put("name", claim.holder().name())
                    .put("place", claim.holder().place())
                    .put("run", claim.holder().run());
        }
        if (doubt != null) {
            put(claim == null ? json : json.putObject("doubt"), doubt.presented(), doubt.at());
        }
        return json.put("generation", generation).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ObjectNode json, @Nullable TokenHash presented, Instant at) {
        if (presented != null) {
            json.put("token_sha256", presented.reveal());
        }
        json.put("at", at.toString());
    }

    /** Reads what {@link #encode} has written. Returns null for any other content, because the file is only a hint. */
    static @Nullable AttemptFile decode(byte[] content) {
        try {
            return parse(JSON.readTree(content));
        } catch (IOException | DateTimeException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static AttemptFile parse(JsonNode json) {
        Doubt first = doubt(json);
        JsonNode generation = json.path("generation");
        Long belongsTo = generation.isIntegralNumber() ? generation.asLong() : null;
        JsonNode holder = json.path("holder");
        if (!holder.isObject()) {
            return new AttemptFile(null, first, belongsTo);
        }
        ProcessId process = new ProcessId(text(holder, "name"), text(holder, "place"), text(holder, "run"));
        Claim claim = new Claim(process, first.presented(), text(json, "token"), first.at());
        return new AttemptFile(claim, json.has("doubt") ? doubt(json.path("doubt")) : null, belongsTo);
    }

    private static Doubt doubt(JsonNode json) {
        TokenHash presented = json.has("token_sha256") ? TokenHash.parse(text(json, "token_sha256")) : null;
        return new Doubt(presented, Instant.parse(text(json, "at")));
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asText();
    }

    /**
     * Whether the file is a leftover: the process ended after it had saved the token of the response, and before it removed
     * this file.
     *
     * @param saved the token in the store
     * @param seed the seed; null if there is none
     */
    boolean isObsolete(StoredToken saved, @Nullable RefreshToken seed) {
        return generation == null ? !isNext(saved, seed) : generation != saved.generation();
    }

    /** Whether the token that was presented is still one to present. */
    private boolean isNext(StoredToken saved, @Nullable RefreshToken seed) {
        TokenHash presented = doubt == null ? null : doubt.presented();
        if (presented == null) {
            return false;
        }
        boolean fresh = seed != null && seed.hash().equals(presented);
        return saved.token().hash().equals(presented)
                || (fresh && !saved.seenSeeds().contains(presented));
    }
}
