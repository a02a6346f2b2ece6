package dev.tokensidecar.oauth2;

import java.util.List;
import java.util.Map;

/**
 * How a server deviates from RFC 6749 or extends it.
 *
 * @param lifetimes how the server states the lifetimes of tokens
 * @param errors how the server reports errors
 * @param extraHeaders headers that the server expects in each request; no secrets
 * @param fields the names of the further fields of a token response to keep
 */
public record Dialect(Lifetimes lifetimes, ErrorDialect errors, Map<String, String> extraHeaders, List<String> fields) {

    public Dialect {
        fields = List.copyOf(fields);
        extraHeaders = Map.copyOf(extraHeaders);
    }

    /** Plain RFC 6749. */
    public static Dialect standard() {
        return new Dialect(Lifetimes.standard(), ErrorDialect.standard(), Map.of(), List.of());
    }
}
