package dev.tokensidecar.exchange;

import dev.tokensidecar.token.RefreshFailure;
import java.util.Set;

/** Tells failures that are about one caller's credential from those of the server, which affect everybody. */
public final class CallerFailures {

    private static final String INVALID_REQUEST = "invalid_request";
    private static final String INVALID_GRANT = "invalid_grant";

    /** RFC 6749 section 5.2, RFC 8693 section 2.2.2, RFC 8707 section 2; Auth0 and Keycloak for a user without the right. */
    private static final Set<String> OF_REQUEST =
            Set.of(INVALID_REQUEST, "invalid_scope", "invalid_target", "access_denied", "interaction_required");

    /** A rejection without a code. */
    private static final Set<String> WITHOUT_CODE = Set.of("http_400", "http_403");

    private CallerFailures() {}

    /** Whether other callers may succeed. */
    public static boolean concernsRequest(RefreshFailure failure) {
        return switch (failure) {
            case RefreshFailure.InvalidGrant unused -> true;
            case RefreshFailure.Misconfigured wrong ->
                OF_REQUEST.contains(wrong.error()) || WITHOUT_CODE.contains(wrong.error());
            case RefreshFailure.Unavailable unused -> false;
            case RefreshFailure.InvalidResponse unused -> false;
            case RefreshFailure.AuthorizationPending unused -> false;
        };
    }

    /** Returns the code for the caller: that of the server, if it is one that callers expect. */
    public static String code(RefreshFailure failure) {
        if (OF_REQUEST.contains(failure.error())) {
            return failure.error();
        }
        return failure instanceof RefreshFailure.InvalidGrant ? INVALID_GRANT : INVALID_REQUEST;
    }
}
