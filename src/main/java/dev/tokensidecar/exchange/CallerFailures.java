package dev.tokensidecar.exchange;

import dev.tokensidecar.token.RefreshFailure;
import java.util.Set;

/** Tells failures that are about one caller's credential from those of the server, which affect everybody. */
public final class CallerFailures {

    private static final String INVALID_REQUEST = "invalid_request";
    private static final String INVALID_GRANT = "invalid_grant";

    /**
     * RFC 6749 section 5.2, RFC 8693 section 2.2.2, RFC 8707 section 2, RFC 6750 section 3.1; OpenID Connect, Auth0 and Keycloak
     * for a user who has to act or lacks a right.
     */
    private static final Set<String> OF_REQUEST = Set.of(
            INVALID_REQUEST,
            "invalid_scope",
            "invalid_target",
            "invalid_token",
            "unsupported_token_type",
            "access_denied",
            "consent_required",
            "interaction_required",
            "login_required",
            "mfa_required");

    /** The credential is good, but the user lacks a right, or the request asks for too much. */
    private static final Set<String> OF_USER = Set.of(
            "invalid_scope",
            "invalid_target",
            "access_denied",
            "consent_required",
            "interaction_required",
            "mfa_required",
            "http_403");

    /** A rejection without a code: of the user, or of a token that is too long. */
    private static final Set<String> WITHOUT_CODE = Set.of("http_400", "http_403", "http_413", "http_414", "http_422");

    private CallerFailures() {}

    /** Whether other callers may succeed. */
    static boolean sparesOthers(RefreshFailure failure) {
        return concernsRequest(failure)
                || (failure instanceof RefreshFailure.InvalidResponse response && response.ofToken());
    }

    /** Whether the caller has to send another credential, or ask for something else. */
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

    /**
     * Whether the server rejects the credential itself. Another login of the user brings another one, whereas what the user may
     * do, or has to agree to, stays the same.
     */
    public static boolean rejectsCredential(RefreshFailure failure) {
        return concernsRequest(failure) && !OF_USER.contains(failure.error());
    }

    /** Returns the code for the caller: that of the server, if it is one that callers expect. */
    public static String code(RefreshFailure failure) {
        if (OF_REQUEST.contains(failure.error())) {
            return failure.error();
        }
        return failure instanceof RefreshFailure.InvalidGrant ? INVALID_GRANT : INVALID_REQUEST;
    }
}
