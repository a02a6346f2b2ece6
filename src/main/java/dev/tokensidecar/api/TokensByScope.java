package dev.tokensidecar.api;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.TokenServices;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Selects a token by scope: first by the configured scopes, then by the scope that was granted. */
public final class TokensByScope {

    private final Map<String, Scope> configured = new LinkedHashMap<>();

    /** @param configured the scope that the sidecar requests for each token, by name; null where the server chooses */
    public TokensByScope(Map<String, @Nullable String> configured) {
        configured.forEach((name, scope) -> {
            if (scope != null) {
                this.configured.put(name, Scope.of(scope));
            }
        });
    }

    /**
     * Returns the default token if its configured scope covers the requested one, else the first token whose scope
     * does.
     */
    String select(Scope requested) {
        if (requested.isEmpty() || covers(TokenServices.DEFAULT, requested)) {
            return TokenServices.DEFAULT;
        }
        return configured.keySet().stream()
                .filter(name -> covers(name, requested))
                .findFirst()
                .orElse(TokenServices.DEFAULT);
    }

    private boolean covers(String name, Scope requested) {
        Scope scope = configured.get(name);
        return scope != null && scope.covers(requested);
    }

    /**
     * Whether the token's scope covers the requested one. A server that names no scope has granted the configured one
     * (RFC 6749 section 5.1).
     */
    boolean covers(String name, AccessToken token, Scope requested) {
        if (requested.isEmpty()) {
            return true;
        }
        String named = token.scope();
        Scope granted = named == null ? configured.get(name) : Scope.of(named);
        return granted == null || granted.covers(requested);
    }
}
