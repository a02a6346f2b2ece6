package dev.tokensidecar.token;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The further fields of a token response that an operator wants to have, such as {@code id_token}. They belong to the access
 * token that they came with, and end with it.
 *
 * @param values the values by name; each may be a credential
 */
public record TokenFields(Map<String, Secret> values) {

    /** No further field. */
    public static final TokenFields NONE = new TokenFields(Map.of());

    public TokenFields {
        values = Map.copyOf(values);
    }

    /** Returns the value; null if the authorization server has not sent it. */
    public @Nullable Secret get(String name) {
        return values.get(name);
    }
}
