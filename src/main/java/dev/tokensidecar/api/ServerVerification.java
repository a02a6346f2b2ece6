package dev.tokensidecar.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How far the sidecar verifies the identity of servers.
 *
 * @param tokens for authorization servers, by the name of the token
 * @param issuers for the servers with the keys of issuers, by the name of the issuer
 * @param forwards for APIs, by the name of the forward
 */
public record ServerVerification(
        Map<String, Extent> tokens, Map<String, Extent> issuers, Map<String, Extent> forwards) {

    public ServerVerification {
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        issuers = Collections.unmodifiableMap(new LinkedHashMap<>(issuers));
        forwards = Collections.unmodifiableMap(new LinkedHashMap<>(forwards));
    }

    /** How much of a server's certificate the sidecar verifies. */
    public enum Extent {
        /** The certificate chain and the host name (RFC 9525). */
        FULL,
        /**
         * The chain only: anybody with a certificate of a trusted authority, for any name, can impersonate the server.
         */
        CHAIN_ONLY,
        /** Nothing: the sidecar accepts any certificate, or uses no TLS. */
        NONE;

        private final String label = name().toLowerCase(Locale.ROOT);

        String label() {
            return label;
        }
    }
}
