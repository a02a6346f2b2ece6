package dev.tokensidecar.config;

import static dev.tokensidecar.config.RefreshEndpointKeys.BODY;
import static dev.tokensidecar.config.RefreshEndpointKeys.FIELDS;
import static dev.tokensidecar.config.RefreshEndpointKeys.HEADERS;
import static dev.tokensidecar.config.RefreshEndpointKeys.METHOD;

import dev.tokensidecar.oauth2.RefreshEndpoint.Body;
import dev.tokensidecar.oauth2.RefreshEndpoint.Method;
import dev.tokensidecar.oauth2.RefreshEndpoint.Request;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks the request to an endpoint that does not speak OAuth. */
final class RefreshRequestChecks {

    private static final String CLIENT_SECRET = "{client_secret}";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[A-Za-z0-9_-]+}");

    /** A number at the end of a pointer, and the place of the list before it. */
    private static final Pattern LIST_ITEM = Pattern.compile("^(/.*)/(?:0|[1-9]\\d*)$");

    private static final Pattern LIST_NUMBER = Pattern.compile("/(?:0|[1-9]\\d*)");

    /** These frame or route the request, so the sidecar sets them itself. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade");

    private final KeyReader keys;

    /** What the request presents, in words and as its placeholder. */
    private final String presented;

    private final String placeholder;

    /** @param assertion whether the request presents an assertion, not a refresh token */
    RefreshRequestChecks(boolean assertion, KeyReader keys) {
        this.keys = keys;
        this.presented = assertion ? "the assertion" : "the refresh token";
        this.placeholder = assertion ? "{assertion}" : "{refresh_token}";
    }

    static boolean hasClientSecret(Request request) {
        return values(request).anyMatch(value -> value.contains(CLIENT_SECRET));
    }

    void check(Request request) {
        checkBody(request);
        checkPlaceholders(FIELDS, request.fields().values());
        checkPlaceholders(HEADERS, request.headers().values());
        checkFields(request);
        checkHeaders(request.headers());
    }

    private void checkBody(Request request) {
        boolean noBody = request.body() == Body.NONE;
        if (request.method() == Method.GET && !noBody) {
            keys.reject(
                    BODY,
                    "must be none with {}" + METHOD + "=get: write none, and " + placeholder + " into {}" + HEADERS);
        }
        if (noBody && keys.isSet(FIELDS)) {
            keys.reject(FIELDS, "is not used with {}" + BODY + "=none: leave one out");
        }
        if (values(request).noneMatch(value -> value.contains(placeholder))) {
            boolean inHeaders = noBody || request.fields().isEmpty();
            keys.reject(
                    inHeaders ? HEADERS : FIELDS,
                    "does not say where " + presented + " belongs: write "
                            + (inHeaders ? "Authorization=Bearer " : "refreshToken=") + placeholder
                            + ", for instance");
        }
    }

    private void checkPlaceholders(Key<?> key, Collection<String> values) {
        Set<String> known = Set.of(placeholder, CLIENT_SECRET);
        if (values.stream()
                .flatMap(value -> PLACEHOLDER.matcher(value).results())
                .anyMatch(found -> !known.contains(found.group()))) {
            keys.reject(key, "has a placeholder that is not known: write " + placeholder + " or " + CLIENT_SECRET);
        }
    }

    private void checkFields(Request request) {
        List<String> pointers = request.fields().keySet().stream()
                .filter(name -> name.startsWith("/"))
                .toList();
        if (request.body() == Body.FORM && !pointers.isEmpty()) {
            keys.reject(FIELDS, "has a name that begins with a slash, which a form cannot nest: write the plain name");
        }
        if (request.body() == Body.JSON) {
            if (!pointers.stream().allMatch(ValueFormats::isJsonPointer)) {
                keys.reject(FIELDS, "has a name that is not a JSON pointer: write ~0 for ~ and ~1 for / within a name");
            }
            List<String> places = request.fields().keySet().stream()
                    .map(RefreshRequestChecks::pointer)
                    .toList();
            checkNesting(places);
            checkLists(places);
        }
    }

    private static String pointer(String name) {
        return name.startsWith("/") ? name : "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** Rejects fields that would make one place both a text and an object, or two texts. */
    private void checkNesting(List<String> pointers) {
        boolean clash = pointers.stream()
                .anyMatch(outer -> pointers.stream().anyMatch(inner -> inner.startsWith(outer + "/"))
                        || pointers.stream().filter(outer::equals).count() > 1);
        if (clash) {
            keys.reject(FIELDS, "names one place twice, or a place within another: leave one out");
        }
    }

    /** Rejects fields that would make one place both a list and an object. */
    private void checkLists(List<String> pointers) {
        boolean clash = pointers.stream()
                .flatMap(pointer -> LIST_ITEM.matcher(pointer).results())
                .map(item -> item.group(1))
                .anyMatch(list -> pointers.stream()
                        .filter(other -> other.startsWith(list + "/"))
                        .anyMatch(other -> !LIST_NUMBER
                                .matcher(other.substring(list.length()))
                                .matches()));
        if (clash) {
            keys.reject(FIELDS, "makes one place both a list and an object: leave one out");
        }
    }

    private void checkHeaders(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            if (!ValueFormats.isHeaderName(name) || !ValueFormats.isHeaderValue(value)) {
                keys.reject(
                        HEADERS,
                        "cannot be used: write names and values that fit into a header, such as"
                                + " Authorization=Bearer " + placeholder);
            } else if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                keys.reject(HEADERS, "must not name " + name + ": the sidecar sets that header itself");
            }
        });
        if (headers.keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .distinct()
                        .count()
                < headers.size()) {
            keys.reject(HEADERS, "names a header more than once: leave one out");
        }
    }

    private static Stream<String> values(Request request) {
        return Stream.concat(request.fields().values().stream(), request.headers().values().stream());
    }
}
