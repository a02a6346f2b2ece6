package dev.tokensidecar.oauth2;

import java.util.Map;
import java.util.Set;

/**
 * How a server deviates from RFC 6749 or extends it.
 *
 * @param lifetimes how the server states the lifetimes of tokens
 * @param deadErrors further error codes or descriptions by which the server reports an invalid refresh token
 * @param extraHeaders headers that the server expects in each request; no secrets
 */
public record Dialect(Lifetimes lifetimes, Set<String> deadErrors, Map<String, String> extraHeaders) {

    public Dialect {
        deadErrors = Set.copyOf(deadErrors);
        extraHeaders = Map.copyOf(extraHeaders);
    }

    /** Plain RFC 6749. */
    public static Dialect standard() {
        return new Dialect(Lifetimes.standard(), Set.of(), Map.of());
    }
}
