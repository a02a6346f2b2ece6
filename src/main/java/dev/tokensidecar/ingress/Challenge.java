package dev.tokensidecar.ingress;

import dev.tokensidecar.token.AccessToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
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

    /** Where a challenge begins: a parameter has the same place, but is followed by an equals sign (RFC 9110 section 11.6.1). */
    private static final UnquotedPattern SCHEME =
            new UnquotedPattern("(?:^|,)\\s*([!#$%&'*+.^_`|~0-9a-z-]+)(?=\\s*(?:$|,)|\\s+[^\\s=,])");

    private Challenge() {}

    /**
     * Whether a 401 with these challenges means that the token is expired, revoked or malformed (RFC 6750 section 3.1).
     * Not every API states an error; without one, no challenge at all or a challenge for such a token means so too. An error
     * for another kind of credentials counts only if there is no challenge for this kind.
     *
     * @param bound whether the request had a token that is bound to a key, with a proof (RFC 9449 section 7.1)
     */
    public static boolean meansInvalidToken(List<String> challenges, boolean bound) {
        String all = String.join(", ", challenges);
        String own = challenge(all, bound ? AccessToken.DPOP : "Bearer");
        String error = ERROR.find(own == null ? all : own);
        return error == null ? challenges.isEmpty() || own != null : error.equals("invalid_token");
    }

    /** Returns what belongs to the challenges with a scheme; null if there are none. */
    private static @Nullable String challenge(String all, String scheme) {
        List<MatchResult> schemes = SCHEME.all(all);
        List<String> own = new ArrayList<>();
        for (int i = 0; i < schemes.size(); i++) {
            if (schemes.get(i).group(1).equalsIgnoreCase(scheme)) {
                int end = i + 1 < schemes.size() ? schemes.get(i + 1).start() : all.length();
                own.add(all.substring(schemes.get(i).end(), end));
            }
        }
        return own.isEmpty() ? null : String.join(",", own);
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
