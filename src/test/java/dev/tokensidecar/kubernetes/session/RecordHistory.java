package dev.tokensidecar.kubernetes.session;

import dev.tokensidecar.kubernetes.controlplane.SecretHistory;
import dev.tokensidecar.testing.crypto.Sha256;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sidecars have written into their Secret. The session is not encrypted in this suite, so that its claims and refresh
 * tokens can be compared with what the authorization server got.
 */
public final class RecordHistory {

    /**
     * A claim, from the version that has it first until the one that does not have it any more.
     *
     * @param presented the hash of the refresh token
     * @param place the UID of the pod that holds it
     * @param end null if the newest version still has it
     */
    public record Claim(
            long revision,
            String presented,
            String place,
            Instant begin,
            @Nullable Instant end) {

        /** Whether it lasted longer than a request takes, because its holder had a problem. */
        public boolean isStuck(Duration normal, Instant now) {
            return Duration.between(begin, end == null ? now : end).compareTo(normal) > 0;
        }
    }

    private final List<Claim> claims = new ArrayList<>();
    private final Map<String, Long> succeeded = new HashMap<>();
    private final int generations;

    /** Reads all versions so far. */
    public RecordHistory(List<SecretHistory.Version> versions) {
        JsonObject before = new JsonObject();
        int tokens = 0;
        for (SecretHistory.Version version : versions) {
            JsonObject session = session(version);
            addClaim(version, before.getJsonObject("claim"), session.getJsonObject("claim"));
            if (!session.getString("refresh_token", "").equals(before.getString("refresh_token", ""))) {
                addSuccession(version, before, session);
                tokens++;
            }
            before = session;
        }
        generations = tokens;
    }

    private static JsonObject session(SecretHistory.Version version) {
        String text = version.data("session");
        return text.isEmpty() ? new JsonObject() : new JsonObject(text);
    }

    private void addClaim(SecretHistory.Version version, @Nullable JsonObject before, @Nullable JsonObject now) {
        if (before != null && !before.equals(now)) {
            Claim ended = claims.removeLast();
            claims.add(new Claim(ended.revision, ended.presented, ended.place, ended.begin, version.at()));
        }
        if (now != null && !now.equals(before)) {
            String place = now.getJsonObject("holder").getString("place");
            claims.add(new Claim(version.revision(), now.getString("presented", ""), place, version.at(), null));
        }
    }

    /** The new refresh token is the successor of the one before it, or of a seed, which only the claim names. */
    private void addSuccession(SecretHistory.Version version, JsonObject before, JsonObject session) {
        JsonObject previous = session.getJsonObject("previous");
        if (previous != null) {
            var unused = succeeded.putIfAbsent(Sha256.hex(previous.getString("refresh_token")), version.revision());
        }
        JsonObject claim = before.getJsonObject("claim");
        if (claim != null) {
            var unused = succeeded.putIfAbsent(claim.getString("presented", ""), version.revision());
        }
    }

    /** Returns all claims, the oldest first. */
    public List<Claim> claims() {
        return List.copyOf(claims);
    }

    /** Returns the claim that the newest version has; null if it has none. */
    public static @Nullable String claimedBy(List<SecretHistory.Version> versions) {
        JsonObject claim =
                versions.isEmpty() ? null : session(versions.getLast()).getJsonObject("claim");
        return claim == null ? null : claim.getJsonObject("holder").getString("place");
    }

    /** Returns how often a request with this refresh token was claimed. */
    public long claims(String refreshToken) {
        String hash = Sha256.hex(refreshToken);
        return claims.stream().filter(claim -> claim.presented.equals(hash)).count();
    }

    /** Whether the successor of this refresh token was saved before its latest claim. */
    public boolean presentedAlthoughSucceeded(String refreshToken) {
        String hash = Sha256.hex(refreshToken);
        Long saved = succeeded.get(hash);
        return saved != null
                && claims.stream().anyMatch(claim -> claim.presented.equals(hash) && claim.revision > saved);
    }

    /** Returns how many refresh tokens were saved. */
    public int generations() {
        return generations;
    }
}
