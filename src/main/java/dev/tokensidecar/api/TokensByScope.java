package dev.tokensidecar.api;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.TokenServices;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which token is meant by a scope: by what is asked for in the configuration, and by what was granted. */
public final class TokensByScope {

    private final Map<String, Scope> configured = new LinkedHashMap<>();

    /** @param configured the scope that is asked for with each token, by its name; null where the server chooses */
    public TokensByScope(Map<String, @Nullable String> configured) {
        configured.forEach((name, scope) -> {
            if (scope != null) {
                this.configured.put(name, Scope.of(scope));
            }
        });
    }

    /** The token without a name, if its configured scope covers the wanted one; else the first one whose scope does. */
    String meantBy(Scope wanted) {
        if (wanted.isEmpty() || covers(TokenServices.DEFAULT, wanted)) {
            return TokenServices.DEFAULT;
        }
        return configured.keySet().stream()
                .filter(name -> covers(name, wanted))
                .findFirst()
                .orElse(TokenServices.DEFAULT);
    }

    private boolean covers(String name, Scope wanted) {
        Scope scope = configured.get(name);
        return scope != null && scope.covers(wanted);
    }

    /** Whether the token allows that; a server that names no scope has granted what was asked for (section 5.1). */
    boolean allows(String name, AccessToken token, Scope wanted) {
        if (wanted.isEmpty()) {
            return true;
        }
        String told = token.scope();
        Scope granted = told == null ? configured.get(name) : Scope.of(told);
        return granted == null || granted.covers(wanted);
    }
}
