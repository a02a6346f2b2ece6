package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The error in an answer (RFC 6749 section 5.2). Code and description are fit to be shown.
 *
 * @param code the error code; null if there is none, or something that is no code
 * @param description what the server says about it; empty if nothing
 * @param said the error and what is said about it, word for word: to be compared, since a server may echo a credential
 */
record OAuthError(@Nullable String code, String description, List<Secret> said) {

    static final OAuthError NONE = new OAuthError(null, "", List.of());

    /** Narrower than RFC 6749 allows: every known code is lower-case words, and no random credential is. */
    private static final Pattern CODE = Pattern.compile("[a-z][a-z_.-]{0,63}");

    /** The error in an answer; {@link #NONE} if the answer has none. */
    static OAuthError in(AnswerFields fields, Scrubber scrubber) {
        String error = fields.text("error");
        String described = fields.text("error_description");
        if (error != null && isFitToBeShown(error, scrubber)) {
            return new OAuthError(error, described == null ? "" : scrubber.scrub(described), secrets(error, described));
        }
        // Keycloak puts a sentence there ("Realm does not exist"), Google and Facebook an object.
        String instead = error == null ? fields.text("error", "message") : error;
        String description = described == null ? instead : described;
        return description == null
                ? NONE
                : new OAuthError(null, scrubber.scrub(description), secrets(instead, described));
    }

    /** A word that everybody knows tells nothing, even if it is a part of a credential. */
    private static boolean isFitToBeShown(String error, Scrubber scrubber) {
        return ErrorClassifier.isKnown(error) || (CODE.matcher(error).matches() && !scrubber.shows(error));
    }

    private static List<Secret> secrets(@Nullable String error, @Nullable String described) {
        return Stream.of(error, described)
                .flatMap(Stream::ofNullable)
                .map(Secret::of)
                .toList();
    }

    /** Whether the error, or what is said about it, is one of these. */
    boolean isOneOf(Set<String> errors) {
        return said.stream().map(Secret::reveal).map(String::strip).anyMatch(errors::contains);
    }

    boolean present() {
        return code != null || !description.isEmpty();
    }

    /** Code and description as the end of a sentence. */
    String words() {
        return (code == null ? "" : " " + code) + (description.isEmpty() ? "" : ": " + description);
    }
}
