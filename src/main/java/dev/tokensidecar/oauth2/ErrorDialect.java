package dev.tokensidecar.oauth2;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server reports errors other than RFC 6749 section 5.2 says.
 *
 * @param deadErrors further error codes or descriptions by which the server reports an invalid refresh token
 * @param code where an error response has its code; null for the usual places
 * @param description where it has an explanation; null for the usual places
 */
public record ErrorDialect(
        Set<String> deadErrors,
        @Nullable ResponseLocation code,
        @Nullable ResponseLocation description) {

    public ErrorDialect {
        deadErrors = Set.copyOf(deadErrors);
    }

    /** Plain RFC 6749. */
    public static ErrorDialect standard() {
        return new ErrorDialect(Set.of(), null, null);
    }
}
