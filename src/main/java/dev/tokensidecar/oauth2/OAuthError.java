package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.Redactor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error in a response (RFC 6749 section 5.2), safe to show.
 *
 * @param code the error code; null if it is absent or malformed
 * @param description the server's explanation; empty if it gives none
 */
record OAuthError(@Nullable String code, String description) {

    static final OAuthError NONE = new OAuthError(null, "");

    /** Narrower than RFC 6749: every known code consists of lower-case words, and no random credential does. */
    private static final Pattern CODE = Pattern.compile("[a-z][a-z_.-]{0,63}");

    /** Returns the error in a response; {@link #NONE} if it has none. */
    static OAuthError in(ResponseFields fields, Redactor redactor) {
        String error = fields.text("error");
        String sentDescription = fields.text("error_description");
        if (error != null && CODE.matcher(error).matches() && !redactor.containsSecret(error)) {
            return new OAuthError(error, sentDescription == null ? "" : redactor.redact(sentDescription));
        }
        // Keycloak sends a sentence in its place ("Realm does not exist"), Google and Facebook an object.
        String substitute = error == null ? fields.text("error", "message") : error;
        String description = sentDescription == null ? substitute : sentDescription;
        return description == null ? NONE : new OAuthError(null, redactor.redact(description));
    }

    boolean present() {
        return code != null || !description.isEmpty();
    }

    /** Returns code and description as the end of a sentence. */
    String suffix() {
        return (code == null ? "" : " " + code) + (description.isEmpty() ? "" : ": " + description);
    }
}
