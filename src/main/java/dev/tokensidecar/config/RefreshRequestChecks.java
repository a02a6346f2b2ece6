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

    private static final String REFRESH_TOKEN = "{refresh_token}";
    private static final String CLIENT_SECRET = "{client_secret}";

    private static final Pattern UNKNOWN_PLACEHOLDER =
            Pattern.compile("(?!\\{refresh_token}|\\{client_secret})\\{[A-Za-z0-9_-]+}");

    /** These frame or route the request, so the sidecar sets them itself. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade");

    private RefreshRequestChecks() {}

    static boolean hasClientSecret(Request request) {
        return values(request).anyMatch(value -> value.contains(CLIENT_SECRET));
    }

    static void check(Request request, KeyReader keys) {
        checkBody(request, keys);
        checkPlaceholders(FIELDS, request.fields().values(), keys);
        checkPlaceholders(HEADERS, request.headers().values(), keys);
        checkFields(request, keys);
        checkHeaders(request.headers(), keys);
    }

    private static void checkBody(Request request, KeyReader keys) {
        boolean noBody = request.body() == Body.NONE;
        if (request.method() == Method.GET && !noBody) {
            keys.reject(
                    BODY,
                    "must be none with {}" + METHOD + "=get: write none, and " + REFRESH_TOKEN + " into {}" + HEADERS);
        }
        if (noBody && keys.isSet(FIELDS)) {
            keys.reject(FIELDS, "is not used with {}" + BODY + "=none: leave one out");
        }
        if (values(request).noneMatch(value -> value.contains(REFRESH_TOKEN))) {
            keys.reject(
                    noBody ? HEADERS : FIELDS,
                    "does not say where the refresh token belongs: write "
                            + (noBody ? "Authorization=Bearer " : "refreshToken=") + REFRESH_TOKEN + ", for instance");
        }
    }

    private static void checkPlaceholders(Key<?> key, Collection<String> values, KeyReader keys) {
        if (values.stream().anyMatch(value -> UNKNOWN_PLACEHOLDER.matcher(value).find())) {
            keys.reject(key, "has a placeholder that is not known: write " + REFRESH_TOKEN + " or " + CLIENT_SECRET);
        }
    }

    private static void checkFields(Request request, KeyReader keys) {
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
            checkNesting(
                    request.fields().keySet().stream()
                            .map(RefreshRequestChecks::pointer)
                            .toList(),
                    keys);
        }
    }

    private static String pointer(String name) {
        return name.startsWith("/") ? name : "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** Rejects fields that would make one place both a text and an object, or two texts. */
    private static void checkNesting(List<String> pointers, KeyReader keys) {
        boolean clash = pointers.stream()
                .anyMatch(outer -> pointers.stream().anyMatch(inner -> inner.startsWith(outer + "/"))
                        || pointers.stream().filter(outer::equals).count() > 1);
        if (clash) {
            keys.reject(FIELDS, "names one place twice, or a place within another: leave one out");
        }
    }

    private static void checkHeaders(Map<String, String> headers, KeyReader keys) {
        headers.forEach((name, value) -> {
            if (!ValueFormats.isHeaderName(name) || !ValueFormats.isHeaderValue(value)) {
                keys.reject(
                        HEADERS,
                        "cannot be used: write names and values that fit into a header, such as"
                                + " Authorization=Bearer " + REFRESH_TOKEN);
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
