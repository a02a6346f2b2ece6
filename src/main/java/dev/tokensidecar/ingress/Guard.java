package dev.tokensidecar.ingress;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets only local applications in. Runs before every path, known or not. Rejects everybody else with 403 and the
 * reason, and forbids storing the response to any request (RFC 9111 section 5.2.2.5).
 */
public final class Guard implements Handler<RoutingContext> {

    /** A caller that uses another name was directed here by DNS (rebinding), and does not mean this sidecar. */
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1");

    private static final String FETCH_SITE = "sec-fetch-site";

    /** Signs of a browser (Fetch Metadata, RFC 6454) or of a proxy (RFC 7239, RFC 9110 section 7.6.3). */
    private static final List<String> FOREIGN_HEADERS = List.of("forwarded", "via", "origin", FETCH_SITE);

    private static final String FORWARDED_PREFIX = "x-forwarded-";

    /** A person has typed the address, or the page itself asks. */
    private static final Set<String> OWN_SITE = Set.of("none", "same-origin");

    private final ProblemResponder problems;
    private final CallerCredentials credentials;
    private final AuditTrail audit;
    private final Set<String> sites;

    /**
     * Creates a guard.
     *
     * @param credentials the header that a request has to have, besides coming from a local caller
     * @param audit hears about rejected callers
     */
    public Guard(ProblemResponder problems, CallerCredentials credentials, AuditTrail audit) {
        this(problems, credentials, audit, Set.of());
    }

    private Guard(ProblemResponder problems, CallerCredentials credentials, AuditTrail audit, Set<String> sites) {
        this.problems = problems;
        this.credentials = credentials;
        this.audit = audit;
        this.sites = sites;
    }

    /** Returns the guard of a page: it admits browsers, unless a page from elsewhere has sent the request. */
    public static Guard ofPage(ProblemResponder problems) {
        return new Guard(problems, CallerCredentials.NONE, AuditTrail.OFF, OWN_SITE);
    }

    @Override
    public void handle(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Objection objection = objection(context.request());
        if (objection == null) {
            context.next();
        } else {
            audit.refused(context.request().connection(), null, objection.code());
            problems.send(context, ProblemResponse.of(ProblemKind.FORBIDDEN, objection.detail()));
        }
    }

    /**
     * What speaks against a request.
     *
     * @param code for the audit trail; no text of the caller
     * @param detail for the caller
     */
    private record Objection(String code, String detail) {}

    private @Nullable Objection objection(HttpServerRequest request) {
        Objection objection = foreignness(request);
        String header = objection == null ? credentials.headerRejection(request) : null;
        return header == null ? objection : new Objection("required_header", header);
    }

    private @Nullable Objection foreignness(HttpServerRequest request) {
        if (!isLoopback(request.remoteAddress())) {
            return new Objection("foreign_peer", "the caller is not in this pod");
        }
        if (!request.uri().startsWith("/")) {
            return new Objection("foreign_target", "the request target must be a path: only proxies get whole URLs");
        }
        HostAndPort authority = request.authority();
        boolean unambiguous = request.headers().getAll(HttpHeaders.HOST).size() <= 1;
        if (!unambiguous || authority == null || !HOSTS.contains(withoutBrackets(authority.host()))) {
            return new Objection("foreign_host", "the Host header must be localhost, 127.0.0.1 or [::1]");
        }
        for (String name : request.headers().names()) {
            String lowerCase = name.toLowerCase(Locale.ROOT);
            if (lowerCase.equals(FETCH_SITE)
                    && sites.containsAll(request.headers().getAll(name))) {
                continue;
            }
            if (FOREIGN_HEADERS.contains(lowerCase) || lowerCase.startsWith(FORWARDED_PREFIX)) {
                return new Objection(
                        "foreign_header",
                        "the header " + lowerCase + " is a sign of a browser or a proxy: send the request directly");
            }
        }
        return null;
    }

    /** Removes the brackets of an IPv6 literal (RFC 3986 section 3.2.2). */
    private static String withoutBrackets(String host) {
        String lowerCase = host.toLowerCase(Locale.ROOT);
        return lowerCase.startsWith("[") && lowerCase.endsWith("]")
                ? lowerCase.substring(1, lowerCase.length() - 1)
                : lowerCase;
    }

    private static boolean isLoopback(@Nullable SocketAddress peer) {
        if (peer == null) {
            return false;
        }
        if (peer.isDomainSocket()) {
            return true;
        }
        if (peer.hostAddress() == null) {
            return false;
        }
        try {
            return InetAddress.getByName(peer.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
