package dev.tokensidecar.oauth2;

import java.util.Map;
import java.util.Set;

/**
 * What a server does differently from RFC 6749, or beyond it.
 *
 * @param lifetimes how it tells how long tokens live
 * @param deadErrors what it writes, beside the known error codes, when a refresh token is dead
 * @param extraHeaders what it wants in the header of each request; no secrets
 */
public record Dialect(Lifetimes lifetimes, Set<String> deadErrors, Map<String, String> extraHeaders) {

    public Dialect {
        deadErrors = Set.copyOf(deadErrors);
        extraHeaders = Map.copyOf(extraHeaders);
    }

    /** RFC 6749 and nothing else. */
    public static Dialect standard() {
        return new Dialect(Lifetimes.standard(), Set.of(), Map.of());
    }
}
