package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The error in a response (RFC 6749 section 5.2). Code and description are safe to show.
 *
 * @param code the error code; null if it is absent or malformed
 * @param description the server's explanation; empty if it gives none
 * @param sent error and explanation as the server sent them, for comparison only: a server may echo a credential
 */
record OAuthError(@Nullable String code, String description, List<Secret> sent) {

    static final OAuthError NONE = new OAuthError(null, "", List.of());

    /** Narrower than RFC 6749: every known code consists of lower-case words, and no random credential does. */
    private static final Pattern CODE = Pattern.compile("[a-z][a-z_.-]{0,63}");

    /** Where servers that are not of OAuth put a code: Fitbit, HubSpot, Google and many others. */
    private static final List<JsonPointer> CODES = pointers(
            "/errors/0/errorType",
            "/errors/0/code",
            "/error/code",
            "/error/type",
            "/error/status",
            "/errorCode",
            "/error_code",
            "/code",
            "/status",
            "/reason");

    /** Where they put an explanation. */
    private static final List<JsonPointer> EXPLANATIONS =
            pointers("/errors/0/message", "/message", "/errorMessage", "/error_message", "/detail");

    private static final Pattern TOO_MANY_REQUESTS =
            Pattern.compile("(?i)\\btoo many requests\\b|\\brate.?limit|\\bthrottl(ed|ing)\\b");

    private static List<JsonPointer> pointers(String... pointers) {
        return Stream.of(pointers).map(JsonPointer::compile).toList();
    }

    /**
     * Returns the error in a response that is one, whatever its form; {@link #NONE} if it says nothing. Where the
     * configuration names a place for the code or the description, that place takes precedence.
     *
     * @param fields the fields of the body; null if it has none
     */
    static OAuthError ofFailure(
            InboundResponse response, @Nullable ResponseFields fields, ErrorDialect dialect, Redactor redactor) {
        String code = configured(dialect.code(), response, fields);
        String description = configured(dialect.description(), response, fields);
        OAuthError usual = fields == null ? NONE : inUsualPlaces(fields, redactor);
        OAuthError configured = of(code, description, redactor);
        if (code == null) {
            return description == null ? usual : usual.withDescription(configured);
        }
        return description == null ? configured.withDescription(usual) : configured;
    }

    private static @Nullable String configured(
            @Nullable ResponseLocation location, InboundResponse response, @Nullable ResponseFields fields) {
        return location == null ? null : location.find(response, fields).text();
    }

    private static OAuthError inUsualPlaces(ResponseFields fields, Redactor redactor) {
        OAuthError standard = in(fields, redactor);
        return standard.code() == null ? inOtherPlaces(standard, fields, redactor) : standard;
    }

    /**
     * Looks where servers that are not of OAuth have their error. Of the codes there only those count that name a refresh
     * token: a gateway may use the others for errors of its own.
     */
    private static OAuthError inOtherPlaces(OAuthError standard, ResponseFields fields, Redactor redactor) {
        List<String> codes = texts(CODES, fields);
        List<String> explanations = texts(EXPLANATIONS, fields);
        String known = codes.stream()
                .map(OAuthError::lowerCase)
                .filter(ErrorClassifier::namesRefreshToken)
                .findFirst()
                .orElse(null);
        String shown = Stream.of(explanations, codes)
                .flatMap(List::stream)
                .findFirst()
                .map(redactor::redact)
                .orElse("");
        Stream<Secret> further =
                Stream.of(codes, explanations).flatMap(List::stream).map(Secret::of);
        return new OAuthError(
                known,
                standard.description().isEmpty() ? shown : standard.description(),
                Stream.concat(standard.sent().stream(), further).toList());
    }

    /** Keeps the code, and takes the description of another error if it has one. */
    private OAuthError withDescription(OAuthError other) {
        return new OAuthError(
                code,
                other.description.isEmpty() ? description : other.description,
                Stream.concat(sent.stream(), other.sent.stream()).toList());
    }

    private static List<String> texts(List<JsonPointer> pointers, ResponseFields fields) {
        return pointers.stream()
                .map(pointer -> fields.value(pointer).text())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private static String lowerCase(String code) {
        return code.strip().toLowerCase(Locale.ROOT);
    }

    /** Returns the error in a response, in the form of OAuth; {@link #NONE} if it has none. */
    static OAuthError in(ResponseFields fields, Redactor redactor) {
        String code = fields.text("error");
        String description = fields.text("error_description");
        // Google and Facebook send an object in place of the code.
        String nested = code == null && description == null ? fields.text("error", "message") : null;
        return of(code, nested == null ? description : nested, redactor);
    }

    /** Keycloak sends a sentence in place of the code: "Realm does not exist". */
    private static OAuthError of(@Nullable String sentCode, @Nullable String sentDescription, Redactor redactor) {
        String code = sentCode != null && ErrorClassifier.isKnown(lowerCase(sentCode)) ? lowerCase(sentCode) : sentCode;
        boolean safe = code != null && isSafeToShow(code, redactor);
        String description = safe || sentDescription != null ? sentDescription : code;
        return new OAuthError(
                safe ? code : null,
                description == null ? "" : redactor.redact(description),
                secrets(sentCode, sentDescription));
    }

    /** A well-known code reveals nothing, even if it is part of a credential. */
    private static boolean isSafeToShow(String error, Redactor redactor) {
        return ErrorClassifier.isKnown(error) || (CODE.matcher(error).matches() && !redactor.containsSecret(error));
    }

    private static List<Secret> secrets(@Nullable String error, @Nullable String description) {
        return Stream.of(error, description)
                .flatMap(Stream::ofNullable)
                .map(Secret::of)
                .toList();
    }

    /** Whether the error or its explanation is one of these. */
    boolean isOneOf(Set<String> errors) {
        return sent.stream().map(Secret::reveal).map(String::strip).anyMatch(errors::contains);
    }

    /** Whether the server asks for fewer requests, in words. */
    boolean saysTooManyRequests() {
        return sent.stream()
                .map(Secret::reveal)
                .anyMatch(text -> TOO_MANY_REQUESTS.matcher(text).find());
    }

    /** Whether the server has said nothing at all. */
    boolean isSilent() {
        return sent.isEmpty();
    }

    boolean present() {
        return code != null || !description.isEmpty();
    }

    /** Returns code and description as the end of a sentence. */
    String suffix() {
        return (code == null ? "" : " " + code) + (description.isEmpty() ? "" : ": " + description);
    }
}
