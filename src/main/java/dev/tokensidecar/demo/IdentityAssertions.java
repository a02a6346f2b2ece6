package dev.tokensidecar.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Assertions about users for another authorization server (ID-JAG). Each is good for one use. */
final class IdentityAssertions {

    static final String TYPE = "urn:ietf:params:oauth:token-type:id-jag";

    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final int MAX_REMEMBERED = 10_000;

    private record UserAssertion(String user, Instant expiresAt) {}

    private final Map<String, UserAssertion> issued = new LinkedHashMap<>();
    private final Supplier<String> values;

    IdentityAssertions(Supplier<String> values) {
        this.values = values;
    }

    synchronized String issue(String user, Instant now) {
        String value = values.get();
        issued.put(value, new UserAssertion(user, now.plus(LIFETIME)));
        if (issued.size() > MAX_REMEMBERED) {
            issued.remove(issued.keySet().iterator().next());
        }
        return value;
    }

    /** Returns the user of an assertion; null if it is unknown, has expired or was used. */
    synchronized @Nullable String redeem(String value, Instant now) {
        UserAssertion assertion = issued.remove(value);
        return assertion != null && now.isBefore(assertion.expiresAt()) ? assertion.user() : null;
    }
}
