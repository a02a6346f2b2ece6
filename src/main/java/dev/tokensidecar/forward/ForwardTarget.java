package dev.tokensidecar.forward;

import io.vertx.core.net.HostAndPort;
import java.net.URI;

/**
 * The API that requests are passed on to. Only what the operator has written chooses it: no part of a request does.
 *
 * @param host name or address
 * @param tls whether to speak TLS
 * @param basePath what every path there begins with, without a slash at its end; may be empty
 */
public record ForwardTarget(String host, int port, boolean tls, String basePath) {

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /**
     * Reads a URL.
     *
     * @param uri an absolute http or https URL without query and fragment
     */
    public static ForwardTarget of(URI uri) {
        boolean tls = "https".equals(uri.getScheme());
        int usual = tls ? HTTPS : HTTP;
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return new ForwardTarget(
                uri.getHost().replaceAll("[\\[\\]]", ""),
                uri.getPort() < 0 ? usual : uri.getPort(),
                tls,
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /** What the API is called by. */
    public HostAndPort authority() {
        return HostAndPort.create(host, port);
    }

    /** @param rest path and query below the base path, each as the caller wrote it; may be empty */
    String uri(String rest) {
        return (basePath.isEmpty() && !rest.startsWith("/") ? "/" : basePath) + rest;
    }
}
