package dev.tokensidecar.api;

import dev.tokensidecar.ingress.UnquotedPattern;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the parameters of a caller's request into a request to the token service. */
public final class RequestParameters {

    private static final int MAX_DIGITS = 9;
    private static final UnquotedPattern WAIT =
            new UnquotedPattern("(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])");

    private final Duration defaultWait;
    private final Duration maxWait;
    private final List<String> fields;
    private final String fieldsKey;

    /**
     * Sets the limits of what a caller may ask for.
     *
     * @param defaultWait for callers that state no wait
     * @param maxWait the upper limit, whatever a caller states
     * @param fields the further fields that a caller may ask for
     * @param fieldsKey the key that lists them, for messages
     */
    public RequestParameters(Duration defaultWait, Duration maxWait, List<String> fields, String fieldsKey) {
        this.defaultWait = defaultWait;
        this.maxWait = maxWait;
        this.fields = List.copyOf(fields);
        this.fieldsKey = fieldsKey;
    }

    /**
     * Reads the parameters of {@code GET /token}. An empty value counts as left out.
     *
     * @throws InvalidRequest if a value is malformed
     */
    TokenRequest tokenRequest(@Nullable String minTtl, @Nullable String rejected, @Nullable String prefer) {
        return new TokenRequest(minTtl(minTtl), rejected(rejected), maxWait(prefer));
    }

    /**
     * Reads which further field a caller wants. An empty value counts as left out.
     *
     * @return null for none
     * @throws InvalidRequest if nobody may have that field
     */
    @Nullable String field(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return null;
        }
        if (!fields.contains(name)) {
            String others = fields.isEmpty() ? "" : "write " + String.join(" or ", fields) + ", or ";
            throw new InvalidRequest(
                    "field=" + LogValue.of(name) + " is not configured: " + others + "add it to " + fieldsKey);
        }
        return name;
    }

    private static Duration minTtl(@Nullable String seconds) {
        if (seconds == null || seconds.isEmpty()) {
            return Duration.ZERO;
        }
        if (!seconds.matches("\\d{1," + MAX_DIGITS + "}")) {
            throw new InvalidRequest("min_ttl is a number of whole seconds, such as min_ttl=60");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    private static @Nullable TokenHash rejected(@Nullable String hash) {
        if (hash == null || hash.isEmpty()) {
            return null;
        }
        try {
            return TokenHash.parse(hash);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(
                    "rejected is the SHA-256 of the rejected token in 64 lower-case hexadecimal digits");
        }
    }

    /** RFC 7240 section 4.3. Ignores a malformed preference (section 2). */
    Duration maxWait(@Nullable String prefer) {
        String seconds = prefer == null ? null : WAIT.find(prefer);
        if (seconds == null) {
            return defaultWait;
        }
        Duration preferred = Duration.ofSeconds(Long.parseLong(seconds));
        return preferred.compareTo(maxWait) < 0 ? preferred : maxWait;
    }
}
