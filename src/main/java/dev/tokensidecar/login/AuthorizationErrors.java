package dev.tokensidecar.login;

import dev.tokensidecar.token.LogValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what to do about the error of an authorization endpoint (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6). */
final class AuthorizationErrors {

    private static final int MAX_LENGTH = 200;

    /** Every known code consists of lower-case words. */
    private static final Pattern CODE = Pattern.compile("[a-z][a-z_.-]{0,63}");

    private AuthorizationErrors() {}

    /** Returns what has happened, in the server's own words, and what to do, in one line. */
    static String reason(String error, @Nullable String description) {
        String code = CODE.matcher(error).matches() ? error : LogValue.of(shortened(error));
        String explained = description == null ? code : code + ", " + LogValue.of(shortened(description));
        return "the authorization server granted no access (" + explained + "): " + cure(code);
    }

    private static String cure(String code) {
        return switch (code) {
            case "access_denied", "consent_required" ->
                "log in again and grant it, or ask whoever administers the client there";
            case "login_required", "interaction_required", "account_selection_required" ->
                "leave prompt=none out, and log in again";
            case "invalid_scope" -> "correct grant.scope, or allow the client that scope";
            case "invalid_target" -> "correct grant.resource or grant.audience";
            case "unauthorized_client", "unsupported_response_type" ->
                "allow the client the authorization code grant at the server, or use --device";
            case "invalid_request" -> "see the log of the server; the client may need other parameters";
            case "server_error", "temporarily_unavailable" -> "try again later";
            default -> "see the documentation of the server";
        };
    }

    static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }
}
