package dev.tokensidecar.config;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Checks the rules for introspection that concern more than one issuer, or an issuer and a token. */
final class IntrospectionChecks {

    private final Map<String, TokenSettings> tokens;
    private final Map<URI, String> names = new HashMap<>();

    IntrospectionChecks(Map<String, TokenSettings> tokens) {
        this.tokens = tokens;
    }

    void check(Map<String, IntrospectionSettings> issuers, Map<String, KeyReader> readers) {
        String[] asked = {null};
        issuers.forEach((name, settings) -> {
            KeyReader keys = Objects.requireNonNull(readers.get(name));
            String same = names.putIfAbsent(settings.issuer(), name);
            if (same != null) {
                keys.reject(
                        IntrospectionKeys.ISSUER,
                        "is the same as that of " + IntrospectionKeys.PREFIX + same + ": write both into one of them");
            }
            if (settings.method().usesServer()) {
                if (asked[0] != null) {
                    keys.reject(
                            IntrospectionKeys.METHOD,
                            "= '" + DependentKeys.name(settings.method()) + "' is that of " + IntrospectionKeys.PREFIX
                                    + asked[0]
                                    + " too, but an opaque token does not say whose it is: write jwt for one of them");
                }
                asked[0] = name;
                checkClient(settings, keys);
            }
        });
    }

    private void checkClient(IntrospectionSettings settings, KeyReader keys) {
        String client = settings.server().client();
        if (client == null) {
            return;
        }
        TokenSettings token = tokens.get(client);
        if (token == null || token.refreshEndpoint() != null) {
            keys.reject(
                    IntrospectionKeys.SERVER_CLIENT,
                    "names no token of an OAuth server: write one of " + String.join(", ", tokens.keySet())
                            + ", or configure it");
        }
    }
}
