package dev.tokensidecar.egress;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The newest nonce that each server wants in DPoP proofs (RFC 9449 sections 8 and 9). Authorization servers and APIs do not
 * know the nonces of each other, so each kind has its own. Thread-safe.
 */
public final class ServerNonces {

    /** The response header with the nonce for the next request. */
    public static final String FIELD = "DPoP-Nonce";

    /** Only configured servers are asked, so there are never more than a few. */
    private static final int MAX_SERVERS = 100;

    /** RFC 9449 section 8.1. No server needs as much; a longer one would not fit into the headers of a request. */
    private static final Pattern NONCE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,1024}");

    private final Map<String, String> newest = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_SERVERS;
        }
    };

    /** Returns the newest nonce of a server; null if it has sent none. */
    public synchronized @Nullable String of(String server) {
        return newest.get(server);
    }

    /**
     * Keeps the nonce in a response of a server. Ignores a malformed one.
     *
     * @param sent the value of {@link #FIELD}; null if the response has none
     * @return the nonce; null if there was none
     */
    public @Nullable String keep(String server, @Nullable String sent) {
        if (sent == null || !NONCE.matcher(sent).matches()) {
            return null;
        }
        synchronized (this) {
            newest.put(server, sent);
        }
        return sent;
    }
}
