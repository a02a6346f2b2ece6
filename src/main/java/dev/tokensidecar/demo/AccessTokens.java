package dev.tokensidecar.demo;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The issued access tokens, for lookup by a resource server. */
final class AccessTokens {

    /**
     * The holder of an access token.
     *
     * @param clientId the client that it was issued to
     * @param familyId the family of the refresh token that it was issued for; null if there was none
     * @param subject the user; without one, the client itself (RFC 9068 section 2.2)
     */
    record Holder(String clientId, @Nullable String familyId, String subject) {

        /** The user of every refresh token. */
        private static final String USER = "demo-user";

        static Holder ofClient(String clientId) {
            return new Holder(clientId, null, clientId);
        }

        static Holder ofSession(String clientId, String familyId) {
            return new Holder(clientId, familyId, USER);
        }

        static Holder ofUser(String clientId, String user) {
            return new Holder(clientId, null, user);
        }
    }

    record IssuedToken(String value, Holder holder, String scope, Instant expiresAt) {}

    private static final int MAX_REMEMBERED = 10_000;

    private final Map<String, IssuedToken> issued = new LinkedHashMap<>();
    private final SequencedMap<String, Instant> expiries = new LinkedHashMap<>();
    private final Map<Holder, IssuedToken> newest = new HashMap<>();

    synchronized void add(IssuedToken token, Instant now) {
        removeExpired(now);
        issued.put(token.value(), token);
        newest.put(token.holder(), token);
        expiries.put(token.value(), token.expiresAt());
        if (expiries.size() > MAX_REMEMBERED) {
            expiries.pollFirstEntry();
        }
    }

    /** Returns the latest access tokens with their expiry, including expired and revoked ones. */
    synchronized Map<String, Instant> expiries() {
        return Map.copyOf(expiries);
    }

    /** Returns a valid access token; null if it is unknown, expired or revoked. */
    synchronized @Nullable IssuedToken findValid(String value, Instant now) {
        IssuedToken token = issued.get(value);
        return token != null && now.isBefore(token.expiresAt()) ? token : null;
    }

    /** Returns the access token that this holder got last, in any state; null if it has none. */
    synchronized @Nullable IssuedToken newest(Holder holder) {
        return newest.get(holder);
    }

    synchronized void revokeAll() {
        issued.clear();
    }

    /** All lifetimes are equal, so the oldest token is the first to expire. */
    private void removeExpired(Instant now) {
        Iterator<IssuedToken> oldestFirst = issued.values().iterator();
        while (oldestFirst.hasNext() && !now.isBefore(oldestFirst.next().expiresAt())) {
            oldestFirst.remove();
        }
    }
}
