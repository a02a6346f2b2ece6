package dev.tokensidecar.demo;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The access tokens that are out there, as a resource server would ask for them. */
final class AccessTokens {

    /**
     * Who holds an access token.
     *
     * @param clientId the client it was issued to
     * @param familyId the family of the refresh token it was bought with; null for client credentials
     */
    record Holder(String clientId, @Nullable String familyId) {

        /** The user behind a refresh token; the client itself where there is none (RFC 9068 section 2.2). */
        String subject() {
            return familyId == null ? clientId : "demo-user";
        }
    }

    /** One issued access token. */
    record IssuedToken(String value, Holder holder, String scope, Instant expiresAt) {}

    private static final int ENDS_KEPT = 10_000;

    private final Map<String, IssuedToken> issued = new LinkedHashMap<>();
    private final SequencedMap<String, Instant> ends = new LinkedHashMap<>();
    private final Map<Holder, IssuedToken> newest = new HashMap<>();

    synchronized void add(IssuedToken token, Instant now) {
        forgetExpired(now);
        issued.put(token.value(), token);
        newest.put(token.holder(), token);
        ends.put(token.value(), token.expiresAt());
        if (ends.size() > ENDS_KEPT) {
            ends.pollFirstEntry();
        }
    }

    /** The latest ones with their ends, whatever has become of them. */
    synchronized Map<String, Instant> ends() {
        return Map.copyOf(ends);
    }

    /** An access token that is neither unknown, expired nor revoked; null otherwise. */
    synchronized @Nullable IssuedToken live(String value, Instant now) {
        IssuedToken token = issued.get(value);
        return token != null && now.isBefore(token.expiresAt()) ? token : null;
    }

    /** The access token this holder got last, in whatever state it is. */
    synchronized @Nullable IssuedToken newest(Holder holder) {
        return newest.get(holder);
    }

    synchronized void revokeAll() {
        issued.clear();
    }

    /** All lives are equally long, so the oldest token is the first to expire. */
    private void forgetExpired(Instant now) {
        Iterator<IssuedToken> oldestFirst = issued.values().iterator();
        while (oldestFirst.hasNext() && !now.isBefore(oldestFirst.next().expiresAt())) {
            oldestFirst.remove();
        }
    }
}
