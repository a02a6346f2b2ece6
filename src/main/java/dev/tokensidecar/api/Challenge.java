package dev.tokensidecar.api;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an API said with its 401 or 403: the {@code WWW-Authenticate} header (RFC 6750 section 3). */
final class Challenge {

    /** Refusals that a new token of the same kind cannot cure: RFC 6750 s3.1, RFC 9470 s3, RFC 9449 s8. */
    private static final Set<String> NOT_CURED_BY_RENEWAL =
            Set.of("insufficient_scope", "insufficient_user_authentication", "use_dpop_nonce");

    /** A parameter, or a quoted string that is skipped so that nothing inside it is taken for a parameter. */
    private static final Pattern PARAMETER =
            Pattern.compile("(?:^|[\\s,])error\\s*=\\s*(?:\"([^\"]*)\"|([\\w.-]+))|\"(?:[^\"\\\\]|\\\\.)*\"");

    private Challenge() {}

    /** Whether a renewed token may be accepted where the old one was refused. */
    static boolean mayBeCuredByRenewal(@Nullable String wwwAuthenticate) {
        return wwwAuthenticate == null || !NOT_CURED_BY_RENEWAL.contains(error(wwwAuthenticate));
    }

    private static String error(String challenge) {
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                return matcher.group(1);
            }
            if (matcher.group(2) != null) {
                return matcher.group(2);
            }
        }
        return "";
    }
}
