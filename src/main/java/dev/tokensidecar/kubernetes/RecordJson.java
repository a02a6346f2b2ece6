package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.store.BoundKeyJson;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SessionRecord.Doubt;
import dev.tokensidecar.token.SharedPause;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.SharedToken;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenHash;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The record of a session as JSON, and back. Leaves out what is null or empty, and ignores unknown fields. A new value of
 * an enumeration needs a new format.
 */
final class RecordJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RecordJson() {}

    /** Adds the record to an object. */
    static void write(SessionRecord session, ObjectNode json) {
        json.put("generation", session.generation());
        if (session.current() != null) {
            writeToken(session.current(), json);
        }
        if (session.previous() != null) {
            writeToken(session.previous(), json.putObject("previous"));
        }
        if (!session.seenSeeds().isEmpty()) {
            json.set("seen_seeds", hashes(session.seenSeeds()));
        }
        if (session.claim() != null) {
            json.set("claim", claim(session.claim()));
        }
        if (session.doubt() != null) {
            json.set("doubt", doubt(session.doubt()));
        }
        writeShared(session.shared(), json);
    }

    private static void writeToken(RefreshToken token, ObjectNode json) {
        json.put("refresh_token", token.value().reveal());
        json.put("received_at", token.receivedAt().toString());
        if (token.expiresAt() != null) {
            json.put("expires_at", token.expiresAt().toString());
        }
        BoundKeyJson.write(token.key(), json);
    }

    private static ArrayNode hashes(Collection<TokenHash> hashes) {
        ArrayNode json = JSON.arrayNode();
        hashes.stream().map(TokenHash::reveal).forEach(json::add);
        return json;
    }

    private static ObjectNode claim(Claim claim) {
        ObjectNode json = JSON.objectNode();
        json.putObject("holder")
                .put("name", claim.holder().name())
                .put("place", claim.holder().place())
                .put("run", claim.holder().run());
        putHash(json, claim.presented());
        return json.put("token", claim.token()).put("at", claim.at().toString());
    }

    private static ObjectNode doubt(Doubt doubt) {
        ObjectNode json = JSON.objectNode().put("at", doubt.at().toString());
        putHash(json, doubt.presented());
        return json;
    }

    private static void putHash(ObjectNode json, @Nullable TokenHash presented) {
        if (presented != null) {
            json.put("presented", presented.reveal());
        }
    }

    private static void writeShared(SharedState shared, ObjectNode json) {
        if (!shared.tokens().isEmpty()) {
            ObjectNode tokens = json.putObject("tokens");
            shared.tokens().forEach((name, token) -> tokens.set(name, accessToken(token)));
        }
        if (!shared.invalid().isEmpty()) {
            json.set("invalid", hashes(shared.invalid()));
        }
        if (shared.pause() != null) {
            json.set("pause", pause(shared.pause()));
        }
    }

    private static ObjectNode accessToken(SharedToken token) {
        ObjectNode json = JSON.objectNode()
                .put("sequence", token.sequence())
                .put("access_token", token.value().reveal())
                .put("token_type", token.tokenType());
        if (token.scope() != null) {
            json.put("scope", token.scope());
        }
        if (!token.fields().values().isEmpty()) {
            ObjectNode fields = json.putObject("fields");
            token.fields().values().forEach((name, value) -> fields.put(name, value.reveal()));
        }
        BoundKeyJson.write(token.key(), json);
        return json.put("sent_at", token.sentAt().toString())
                .put("lifetime", token.lifetime().toString())
                .put("obtained_for", token.obtainedFor().name());
    }

    private static ObjectNode pause(SharedPause pause) {
        return JSON.objectNode()
                .put("kind", pause.kind().name())
                .put("error", pause.error())
                .put("detail", pause.detail())
                .put("since", pause.since().toString())
                .put("pause", pause.pause().toString())
                .put("failures", pause.failures());
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @throws IllegalArgumentException or {@link DateTimeException} for anything else; the message may quote it
     */
    static SessionRecord read(JsonNode json) {
        return new SessionRecord(
                number(json, "generation"),
                json.hasNonNull("refresh_token") ? refreshToken(json) : null,
                json.hasNonNull("previous") ? refreshToken(json.path("previous")) : null,
                hashes(json.path("seen_seeds")),
                json.hasNonNull("claim") ? claim(json.path("claim")) : null,
                json.hasNonNull("doubt") ? doubt(json.path("doubt")) : null,
                shared(json));
    }

    private static RefreshToken refreshToken(JsonNode json) {
        return new RefreshToken(
                Secret.of(text(json, "refresh_token")),
                instant(json, "received_at"),
                json.hasNonNull("expires_at") ? instant(json, "expires_at") : null,
                BoundKeyJson.read(json));
    }

    private static List<TokenHash> hashes(JsonNode json) {
        List<TokenHash> hashes = new ArrayList<>();
        json.forEach(one -> hashes.add(TokenHash.parse(one.asText())));
        return hashes;
    }

    private static Claim claim(JsonNode json) {
        JsonNode holder = json.path("holder");
        return new Claim(
                new ProcessId(text(holder, "name"), text(holder, "place"), text(holder, "run")),
                hash(json),
                text(json, "token"),
                instant(json, "at"));
    }

    private static Doubt doubt(JsonNode json) {
        return new Doubt(hash(json), instant(json, "at"));
    }

    private static @Nullable TokenHash hash(JsonNode json) {
        return json.hasNonNull("presented") ? TokenHash.parse(text(json, "presented")) : null;
    }

    private static SharedState shared(JsonNode json) {
        Map<String, SharedToken> tokens = new HashMap<>();
        json.path("tokens").properties().forEach(token -> tokens.put(token.getKey(), accessToken(token.getValue())));
        return new SharedState(
                tokens,
                Set.copyOf(hashes(json.path("invalid"))),
                json.hasNonNull("pause") ? pause(json.path("pause")) : null);
    }

    private static SharedToken accessToken(JsonNode json) {
        return new SharedToken(
                number(json, "sequence"),
                Secret.of(text(json, "access_token")),
                text(json, "token_type"),
                json.hasNonNull("scope") ? text(json, "scope") : null,
                instant(json, "sent_at"),
                duration(json, "lifetime"),
                fields(json.path("fields")),
                RefreshReason.valueOf(text(json, "obtained_for")),
                BoundKeyJson.read(json));
    }

    private static TokenFields fields(JsonNode json) {
        Map<String, Secret> fields = new HashMap<>();
        json.fieldNames().forEachRemaining(name -> fields.put(name, Secret.of(text(json, name))));
        return new TokenFields(fields);
    }

    private static SharedPause pause(JsonNode json) {
        return new SharedPause(
                SharedPause.Kind.valueOf(text(json, "kind")),
                text(json, "error"),
                text(json, "detail"),
                instant(json, "since"),
                duration(json, "pause"),
                Math.toIntExact(Math.min(number(json, "failures"), Integer.MAX_VALUE)));
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + " is no text");
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new IllegalArgumentException(field + " is no count");
        }
        return value.longValue();
    }

    private static Instant instant(JsonNode json, String field) {
        return Instant.parse(text(json, field));
    }

    private static Duration duration(JsonNode json, String field) {
        return Duration.parse(text(json, field));
    }
}
