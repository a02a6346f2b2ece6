package dev.tokensidecar.api;

import dev.tokensidecar.ingress.UnquotedPattern;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what a caller sent into what the core takes. */
public final class RequestParameters {

    private static final int MOST_DIGITS = 9;
    private static final UnquotedPattern WAIT = new UnquotedPattern("(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])");

    private final Duration defaultWait;
    private final Duration longestWait;

    /**
     * Makes a reader.
     *
     * @param defaultWait for callers that do not say how long they wait
     * @param longestWait no caller waits longer, whatever it says
     */
    public RequestParameters(Duration defaultWait, Duration longestWait) {
        this.defaultWait = defaultWait;
        this.longestWait = longestWait;
    }

    TokenRequest request(@Nullable String minTtl, @Nullable String rejected, @Nullable String prefer) {
        return new TokenRequest(minTtl(minTtl), rejected == null ? null : hash(rejected), maxWait(prefer));
    }

    private static Duration minTtl(@Nullable String seconds) {
        if (seconds == null) {
            return Duration.ZERO;
        }
        if (!seconds.matches("\\d{1," + MOST_DIGITS + "}")) {
            throw new InvalidRequest("min_ttl is a number of whole seconds, such as min_ttl=60");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    private static TokenHash hash(String rejected) {
        try {
            return TokenHash.parse(rejected);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(
                    "rejected is the SHA-256 of the rejected token in 64 lower-case hexadecimal digits");
        }
    }

    /** RFC 7240 section 4.3; a preference that cannot be understood is no preference (section 2). */
    Duration maxWait(@Nullable String prefer) {
        String seconds = prefer == null ? null : WAIT.find(prefer);
        if (seconds == null) {
            return defaultWait;
        }
        Duration wanted = Duration.ofSeconds(Long.parseLong(seconds));
        return wanted.compareTo(longestWait) < 0 ? wanted : longestWait;
    }
}
