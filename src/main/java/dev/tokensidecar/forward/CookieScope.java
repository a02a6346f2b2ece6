package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an API's cookies to its way: a caller's cookie jar knows all APIs as the same host (RFC 6265 section 8.5: not even
 * the port tells them apart), so that the path has to.
 *
 * @param listenPath what paths begin with on this side, without a slash at its end; empty for every path
 * @param basePath what they begin with at the API, likewise
 */
public record CookieScope(String listenPath, String basePath) {

    private static final String SET_COOKIE = "set-cookie";

    /** RFC 6265bis section 4.1.3.2: valid for a whole host only. */
    private static final String HOST_PREFIX = "__host-";

    private static final String SECURE_PREFIX = "__secure-";

    void rewrite(MultiMap answer) {
        List<String> cookies = answer.getAll(SET_COOKIE);
        if (!cookies.isEmpty()) {
            List<String> ours = cookies.stream()
                    .map(this::rewrite)
                    .flatMap(Stream::ofNullable)
                    .toList();
            answer.remove(SET_COOKIE);
            ours.forEach(cookie -> answer.add(SET_COOKIE, cookie));
        }
    }

    /** Null if it is not for this way. */
    @Nullable String rewrite(String cookie) {
        List<String> parts = Stream.of(cookie.split(";", -1)).map(String::strip).toList();
        String name = parts.getFirst().toLowerCase(Locale.ROOT);
        String path = path(parts);
        if (path == null || (name.startsWith(HOST_PREFIX) && !listenPath.isEmpty())) {
            return null;
        }
        boolean secure = name.startsWith(HOST_PREFIX) || name.startsWith(SECURE_PREFIX);
        Stream<String> kept = parts.stream().skip(1).filter(attribute -> isKept(attribute, secure));
        return Stream.concat(Stream.of(parts.getFirst()), Stream.concat(kept, Stream.of("Path=" + path)))
                .collect(Collectors.joining("; "));
    }

    /** This connection is plain HTTP: a jar would not send back what is for secure ones, and no SameSite=None without. */
    private static boolean isKept(String attribute, boolean secure) {
        String name = attribute.toLowerCase(Locale.ROOT).replaceFirst("\\s*=\\s*", "=");
        return !attribute.isEmpty()
                && !isNamed(name, "path")
                && !isNamed(name, "domain")
                && (secure || !(isNamed(name, "secure") || name.equals("partitioned") || name.equals("samesite=none")));
    }

    private static boolean isNamed(String attribute, String name) {
        return attribute.equals(name) || attribute.startsWith(name + "=");
    }

    /** Where the jar is to send it; null if the cookie is for paths that this way does not lead to. */
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
