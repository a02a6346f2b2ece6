package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What the check of a token has found. */
public sealed interface Introspection {

    /**
     * The token is active.
     *
     * @param response the response of RFC 7662 section 2.2, with {@code active}
     */
    record Active(ObjectNode response) implements Introspection {

        @Override
        public String toString() {
            return "Active[]";
        }
    }

    /**
     * The token is not active.
     *
     * @param issuer the configured name of its issuer; null if it is of none of them
     */
    record Inactive(@Nullable String issuer, InactiveReason reason) implements Introspection {}
}
