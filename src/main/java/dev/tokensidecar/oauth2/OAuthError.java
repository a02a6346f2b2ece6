package dev.tokensidecar.oauth2;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error in an answer (RFC 6749 section 5.2), fit to be shown.
 *
 * @param code the error code; null if there is none, or something that is no code
 * @param description what the server says about it; empty if nothing
 */
record OAuthError(@Nullable String code, String description) {

    static final OAuthError NONE = new OAuthError(null, "");

    /** Narrower than RFC 6749 allows: every known code is lower-case words, and no random credential is. */
    private static final Pattern CODE = Pattern.compile("[a-z][a-z_.-]{0,63}");

    /** The error in an answer; {@link #NONE} if the answer has none. */
    static OAuthError in(ResponseFields fields, Redactor scrubber) {
        String error = fields.text("error");
        String described = fields.text("error_description");
        if (error != null && CODE.matcher(error).matches() && !scrubber.shows(error)) {
            return new OAuthError(error, described == null ? "" : scrubber.scrub(described));
        }
        // Keycloak puts a sentence there ("Realm does not exist"), Google and Facebook an object.
        String instead = error == null ? fields.text("error", "message") : error;
        String description = described == null ? instead : described;
        return description == null ? NONE : new OAuthError(null, scrubber.scrub(description));
    }

    boolean present() {
        return code != null || !description.isEmpty();
    }

    /** Code and description as the end of a sentence. */
    String words() {
        return (code == null ? "" : " " + code) + (description.isEmpty() ? "" : ": " + description);
    }
}
