package dev.tokensidecar.introspection;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token of one issuer has to fulfil.
 *
 * @param name the configured name, for log and metrics
 * @param issuer the issuer identifier, exactly as tokens state it in {@code iss}
 * @param audiences the names of the application; a token has to be for one of them. Empty for any audience
 * @param algorithms the signature algorithms that are allowed, none of them symmetric
 * @param leeway how far the clocks may differ
 * @param requiredScope the scope that every token needs
 * @param requiredClaims the values that claims have to have, by claim or JSON pointer (RFC 6901)
 * @param tokenType the media type that the header {@code typ} has to name; null for those of access tokens
 */
public record TrustedIssuer(
        String name,
        String issuer,
        Set<String> audiences,
        Set<String> algorithms,
        Duration leeway,
        Set<String> requiredScope,
        Map<String, String> requiredClaims,
        @Nullable String tokenType) {

    public TrustedIssuer {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        requiredScope = Set.copyOf(requiredScope);
        requiredClaims = Map.copyOf(requiredClaims);
    }
}
