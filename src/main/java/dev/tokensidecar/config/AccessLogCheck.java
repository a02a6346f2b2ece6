package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * Checks the pattern of the access log of Quarkus. The log must show neither queries, which can name a token by its
 * hash, nor headers, which can hold the credentials of callers.
 */
final class AccessLogCheck {

    private static final String ENABLED = "quarkus.http.access-log.enabled";
    private static final String PATTERN = "quarkus.http.access-log.pattern";

    /** The names that stand for a pattern. All three patterns show the request line. */
    private static final Set<String> NAMED_PATTERNS = Set.of("common", "combined", "long");

    /** An item of a pattern, in the grammar of Quarkus. */
    private static final Pattern ITEM = Pattern.compile("[%$](?:\\{[^}]*\\}?|<.|.|$)", Pattern.DOTALL);

    /** The items that show neither a query nor a header. Any other item is rejected, even one that Quarkus adds later. */
    private static final Pattern HARMLESS = Pattern.compile(
            "%%|\\$\\$"
                    + "|%[aAbBDhHIlmpRstTu]"
                    + "|%\\{(?:BYTES_SENT|DATE_TIME|LOCAL_IP|LOCAL_PORT|METHOD|PROTOCOL|REMOTE_HOST|REMOTE_IP|REQUEST_PATH"
                    + "|RESPONSE_CODE|RESPONSE_TIME|RESPONSE_TIME_MICROS|RESPONSE_TIME_NANOS|SCHEME|THREAD_NAME|time,[^}]*)\\}");

    private AccessLogCheck() {}

    static List<String> violations(Config config) {
        boolean enabled = config.getOptionalValue(ENABLED, Boolean.class).orElse(false);
        String pattern = config.getOptionalValue(PATTERN, String.class).orElse("common");
        List<String> violations = new ArrayList<>();
        String shown = NAMED_PATTERNS.contains(pattern) ? pattern : harmful(pattern);
        if (enabled && !shown.isEmpty()) {
            violations.add(PATTERN + " with " + shown
                    + " could show queries, which name tokens by their hash, or headers, which hold credentials:"
                    + " write other items, such as %h %t %m %R %s %b %D, or leave " + ENABLED + " out");
        }
        return violations;
    }

    private static String harmful(String pattern) {
        return ITEM.matcher(pattern)
                .results()
                .map(item -> item.group())
                .filter(item -> !HARMLESS.matcher(item).matches())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
