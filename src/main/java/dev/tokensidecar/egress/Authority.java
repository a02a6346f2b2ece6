package dev.tokensidecar.egress;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host and port of an http or https URL (RFC 3986 section 3.2). Accepts host names with an underscore, which Docker Compose
 * makes of service names and {@link URI} does not recognize as hosts.
 *
 * @param host a name, or an address, with brackets if it is one of IPv6
 */
public record Authority(String host, int port) {

    /** The highest port number (RFC 9293 section 3.1). */
    private static final int MAX_PORT = 65_535;

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private static final Pattern WITH_UNDERSCORE = Pattern.compile("((?=[^:]*_)[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

    /**
     * Whether the URL has a host, a valid port or none, and no user name. With https the host must have no underscore: no
     * certificate is valid for it.
     */
    public static boolean isUsable(URI uri) {
        int port = uri.getPort();
        if (uri.getHost() == null) {
            Matcher parts = WITH_UNDERSCORE.matcher(String.valueOf(uri.getRawAuthority()));
            if (!"http".equals(uri.getScheme()) || uri.getRawAuthority() == null || !parts.matches()) {
                return false;
            }
            port = explicitPort(parts);
        }
        return uri.getRawUserInfo() == null && port <= MAX_PORT;
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it has no host
     */
    public static Authority of(URI uri) {
        int defaultPort = defaultPort(uri.getScheme());
        if (uri.getHost() != null) {
            return new Authority(uri.getHost(), uri.getPort() < 0 ? defaultPort : uri.getPort());
        }
        Matcher parts = WITH_UNDERSCORE.matcher(String.valueOf(uri.getRawAuthority()));
        if (!parts.matches()) {
            throw new IllegalArgumentException("a URL without a host");
        }
        return new Authority(parts.group(1), explicitPort(parts) < 0 ? defaultPort : explicitPort(parts));
    }

    /** Returns the port that a scheme implies. */
    public static int defaultPort(String scheme) {
        return scheme.equalsIgnoreCase("https") ? HTTPS : HTTP;
    }

    private static int explicitPort(Matcher parts) {
        return parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2));
    }

    /** Returns scheme, host in lower case, and port unless the scheme implies it (RFC 3986 section 6.2). */
    public String origin(String scheme) {
        String lower = scheme.toLowerCase(Locale.ROOT) + "://" + host.toLowerCase(Locale.ROOT);
        return port == defaultPort(scheme) ? lower : lower + ":" + port;
    }

    /** Returns the host as the resolver wants it. */
    public String hostWithoutBrackets() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Returns a host as a URL wants it (RFC 3986 section 3.2.2). */
    public static String withBrackets(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
