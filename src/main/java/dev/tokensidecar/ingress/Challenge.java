package dev.tokensidecar.ingress;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an API said with its 401 or 403: the {@code WWW-Authenticate} header (RFC 6750 section 3). */
public final class Challenge {

    /** Rejections that a new token of the same kind cannot cure: RFC 6750 s3.1, RFC 9470 s3, RFC 9449 s8. */
    private static final Set<String> NOT_CURED_BY_RENEWAL =
            Set.of("insufficient_scope", "insufficient_user_authentication", "use_dpop_nonce");

    private static final UnquotedPattern ERROR =
            new UnquotedPattern("(?:^|[\\s,])error\\s*=\\s*(?:\"(" + UnquotedPattern.TEXT + ")\"|([\\w.-]+))");

    private static final UnquotedPattern BEARER = new UnquotedPattern("(?:^|,)\\s*(bearer)(?=$|[\\s,])");

    private Challenge() {}

    /**
     * Whether a 401 with these challenges means that the token is expired, revoked or malformed (RFC 6750 section 3.1). Not
     * every API says why; one that asks for something else than a token means something else.
     */
    public static boolean meansInvalidToken(List<String> challenges) {
        String all = String.join(", ", challenges);
        String error = ERROR.find(all);
        return error == null ? challenges.isEmpty() || BEARER.find(all) != null : error.equals("invalid_token");
    }

    /** Whether a renewed token may be accepted where the old one was refused. */
    public static boolean mayBeCuredByRenewal(@Nullable String wwwAuthenticate) {
        String error = wwwAuthenticate == null ? null : ERROR.find(wwwAuthenticate);
        return error == null || !NOT_CURED_BY_RENEWAL.contains(error);
    }
}
