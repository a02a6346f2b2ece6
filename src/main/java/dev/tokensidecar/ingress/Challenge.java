package dev.tokensidecar.ingress;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Interprets the {@code WWW-Authenticate} header of an API's 401 or 403 (RFC 6750 section 3). */
public final class Challenge {

    /** Errors that a new token of the same kind cannot cure: RFC 6750 s3.1, RFC 9470 s3, RFC 9449 s8. */
    private static final Set<String> NOT_CURED_BY_REFRESH =
            Set.of("insufficient_scope", "insufficient_user_authentication", "use_dpop_nonce");

    private static final UnquotedPattern ERROR =
            new UnquotedPattern("(?:^|[\\s,])error\\s*=\\s*(?:\"(" + UnquotedPattern.TEXT + ")\"|([\\w.-]+))");

    private static final UnquotedPattern NONCE_DEMANDED =
            new UnquotedPattern("(?:^|[\\s,])error\\s*=\\s*\"?(use_dpop_nonce)(?=$|[\\s,\"])");

    private static final UnquotedPattern BEARER = scheme("bearer");
    private static final UnquotedPattern DPOP = scheme("dpop");

    private Challenge() {}

    private static UnquotedPattern scheme(String name) {
        return new UnquotedPattern("(?:^|,)\\s*(" + name + ")(?=$|[\\s,])");
    }

    /**
     * Whether a 401 with these challenges means that the token is expired, revoked or malformed (RFC 6750 section 3.1).
     * Not every API states an error; without one, no challenge at all or a challenge for such a token means so too.
     *
     * @param bound whether the request had a token that is bound to a key, with a proof (RFC 9449 section 7.1)
     */
    public static boolean meansInvalidToken(List<String> challenges, boolean bound) {
        String all = String.join(", ", challenges);
        String error = ERROR.find(all);
        return error == null
                ? challenges.isEmpty() || (bound ? DPOP : BEARER).find(all) != null
                : error.equals("invalid_token");
    }

    /** Whether the API wants the same request again, with a nonce in its proof (RFC 9449 section 9). */
    public static boolean demandsNonce(List<String> challenges) {
        return NONCE_DEMANDED.find(String.join(", ", challenges)) != null;
    }

    /** Whether the API may accept a new token where it rejected the old one. */
    public static boolean mayBeCuredByRefresh(@Nullable String wwwAuthenticate) {
        String error = wwwAuthenticate == null ? null : ERROR.find(wwwAuthenticate);
        return error == null || !NOT_CURED_BY_REFRESH.contains(error);
    }
}
