package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * The access log of Quarkus, which an operator may turn on: it must not show queries, since one of them names a token by
 * its hash, nor headers, since some of them hold credentials of callers.
 */
final class AccessLogCheck {

    private static final String ENABLED = "quarkus.http.access-log.enabled";
    private static final String PATTERN = "quarkus.http.access-log.pattern";

    /** What Quarkus takes these names for. */
    private static final Set<String> NAMES = Set.of("common", "combined", "long");

    /** One thing to show, in the grammar of Quarkus. */
    private static final Pattern ITEM = Pattern.compile("[%$](?:\\{[^}]*\\}?|<.|.|$)", Pattern.DOTALL);

    /** What shows neither a query nor a header; what Quarkus may bring in future is not in here. */
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
        String shown = NAMES.contains(pattern) ? pattern : harmful(pattern);
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
