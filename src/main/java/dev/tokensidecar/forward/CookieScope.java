package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Confines an API's cookies to the paths of its route. To a caller's cookie jar all APIs are the same host (RFC 6265
 * section 8.5: not even the port tells them apart), so the path has to separate them.
 *
 * @param listenPath the path prefix of the route on this side, without a trailing slash; empty for every path
 * @param basePath the path prefix at the API, without a trailing slash; empty for every path
 */
public record CookieScope(String listenPath, String basePath) {

    private static final String SET_COOKIE = "set-cookie";

    /** RFC 6265bis section 4.1.3.2: valid for the whole host only. */
    private static final String HOST_PREFIX = "__host-";

    private static final String SECURE_PREFIX = "__secure-";

    /** Rewrites the cookies that a response sets, and removes those that are not for this route. */
    void rewrite(MultiMap headers) {
        List<String> cookies = headers.getAll(SET_COOKIE);
        if (!cookies.isEmpty()) {
            List<String> rewritten = cookies.stream()
                    .map(this::rewrite)
                    .flatMap(Stream::ofNullable)
                    .toList();
            headers.remove(SET_COOKIE);
            rewritten.forEach(cookie -> headers.add(SET_COOKIE, cookie));
        }
    }

    /** Rewrites one cookie; null if it is not for this route. */
    @Nullable String rewrite(String cookie) {
        List<String> parts = Stream.of(cookie.split(";", -1)).map(String::strip).toList();
        String name = parts.getFirst().toLowerCase(Locale.ROOT);
        String path = path(parts);
        if (path == null || (name.startsWith(HOST_PREFIX) && !listenPath.isEmpty())) {
            return null;
        }
        boolean secure = name.startsWith(HOST_PREFIX) || name.startsWith(SECURE_PREFIX);
        Stream<String> attributes = parts.stream().skip(1).filter(attribute -> survives(attribute, secure));
        return Stream.concat(Stream.of(parts.getFirst()), Stream.concat(attributes, Stream.of("Path=" + path)))
                .collect(Collectors.joining("; "));
    }

    /**
     * Whether an attribute remains. The caller's connection is plain HTTP, so its jar would not return a Secure cookie,
     * and accepts SameSite=None only together with Secure.
     */
    private static boolean survives(String attribute, boolean secure) {
        String name = attribute.toLowerCase(Locale.ROOT).replaceFirst("\\s*=\\s*", "=");
        return !attribute.isEmpty()
                && !isNamed(name, "path")
                && !isNamed(name, "domain")
                && (secure || !(isNamed(name, "secure") || name.equals("partitioned") || name.equals("samesite=none")));
    }

    private static boolean isNamed(String attribute, String name) {
        return attribute.equals(name) || attribute.startsWith(name + "=");
    }

    /** Returns the path for the caller's jar; null if the route does not lead to the paths of the cookie. */
    private @Nullable String path(List<String> parts) {
        String theirs = parts.stream()
                .skip(1)
                .map(attribute -> attribute.split("\\s*=\\s*", 2))
                .filter(attribute -> attribute[0].equalsIgnoreCase("path") && attribute.length == 2)
                .map(attribute -> attribute[1])
                .reduce("", (former, latter) -> latter);
        if (!theirs.startsWith("/") || isBelow(basePath, theirs)) {
            return listenPath.isEmpty() ? "/" : listenPath;
        }
        return isBelow(theirs, basePath) ? listenPath + theirs.substring(basePath.length()) : null;
    }

    private static boolean isBelow(String path, String prefix) {
        String base = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        return path.startsWith(base) && (path.length() == base.length() || path.charAt(base.length()) == '/');
    }
}
