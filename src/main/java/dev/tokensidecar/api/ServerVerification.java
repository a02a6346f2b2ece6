package dev.tokensidecar.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How far it is verified that a server is the one that is meant.
 *
 * @param tokens by the names of tokens, for their authorization servers
 * @param forwards by the names of forwards, for their APIs
 */
public record ServerVerification(Map<String, Extent> tokens, Map<String, Extent> forwards) {

    public ServerVerification {
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        forwards = Collections.unmodifiableMap(new LinkedHashMap<>(forwards));
    }

    /** What is verified of a server. */
    public enum Extent {
        /** The chain of its certificate, and the host name in it (RFC 9525). */
        FULL,
        /** The chain only: whoever has a certificate of a trusted authority, for any name, can be the server. */
        CHAIN_ONLY,
        /** Nothing: any certificate is accepted, or there is no TLS. */
        NONE;

        private final String label = name().toLowerCase(Locale.ROOT);

        String label() {
            return label;
        }
    }
}
