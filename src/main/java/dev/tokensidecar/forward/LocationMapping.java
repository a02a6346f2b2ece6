package dev.tokensidecar.forward;

import dev.tokensidecar.egress.Authority;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates the {@code Location} of a response (RFC 9110 section 10.2.2): what is below the target of a route is below the
 * path of the route for the caller. Everything else is the address that the API means, and the caller goes there without the
 * sidecar.
 *
 * @param listenPath the path prefix of the route on this side, without a trailing slash; empty for every path
 * @param target the API
 */
public record LocationMapping(String listenPath, ForwardTarget target) {

    /** An absolute http or https URL, or one that inherits the scheme (RFC 3986 section 4.2); group 2 begins with the path. */
    private static final Pattern WITH_AUTHORITY = Pattern.compile("((?i:https?:)?//[^/?#]*)(.*)", Pattern.DOTALL);

    void rewrite(MultiMap headers) {
        String location = headers.get(HttpHeaders.LOCATION);
        if (location != null) {
            var unused = headers.set(HttpHeaders.LOCATION, forCaller(location));
        }
    }

    /** Returns a relative reference as it is unless it begins with a slash: the caller resolves it below the route. */
    String forCaller(String location) {
        Matcher absolute = WITH_AUTHORITY.matcher(location);
        if (absolute.matches()) {
            String path = absolute.group(2);
            return isTarget(absolute.group(1)) && isBelowTarget(path) ? below(path, location) : location;
        }
        if (!location.startsWith("/")) {
            return location;
        }
        String absoluteLocation = target.origin() + location;
        return isBelowTarget(location) ? below(location, absoluteLocation) : absoluteLocation;
    }

    private boolean isTarget(String origin) {
        String scheme = target.tls() ? "https" : "http";
        try {
            URI uri = URI.create(origin.startsWith("//") ? scheme + ":" + origin : origin);
            return Authority.isUsable(uri)
                    && scheme.equalsIgnoreCase(uri.getScheme())
                    && target.isServer(Authority.of(uri));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private boolean isBelowTarget(String path) {
        String base = target.basePath();
        return path.startsWith(base)
                && (path.length() == base.length() || "/?#".indexOf(path.charAt(base.length())) >= 0);
    }

    /** A path that begins with two slashes would lead to another host (RFC 3986 section 4.2). */
    private String below(String path, String absolute) {
        String rest = path.substring(target.basePath().length());
        String below = listenPath.isEmpty() && !rest.startsWith("/") ? "/" + rest : listenPath + rest;
        return below.startsWith("//") ? absolute : below;
    }
}
