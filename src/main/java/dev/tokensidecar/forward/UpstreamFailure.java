package dev.tokensidecar.forward;

import dev.tokensidecar.egress.MalformedResponseException;
import dev.tokensidecar.egress.ProxyFailure;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.RefreshFailure;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Explains to the caller why the API sent no response. Quotes no exception but our own. */
final class UpstreamFailure {

    private UpstreamFailure() {}

    static ProblemResponse problem(ForwardTarget target, Throwable failure) {
        return failure instanceof Http2RequiredException
                ? ProblemResponse.of(ProblemKind.CONFIGURATION, withoutHttp2(target))
                : problem(target, reason(target, failure));
    }

    /** No retry helps: the configuration of the route, or of the API, has to change. */
    private static String withoutHttp2(ForwardTarget target) {
        return target.tls()
                ? "gRPC needs HTTP/2, and " + server(target)
                        + " has not agreed on it in TLS: let the API offer h2, and leave" + " out "
                        + target.key("protocol") + "=http1"
                : "gRPC needs HTTP/2, and this route speaks HTTP/1.1: write " + target.key("protocol") + "=http2";
    }

    /** The problem for a response whose header section the sidecar does not forward. */
    static ProblemResponse malformedHead(ForwardTarget target) {
        return problem(target, "sent a malformed HTTP response: a header field is not well-formed");
    }

    /** The problem for an API that switches to a protocol that nobody has offered. */
    static ProblemResponse otherProtocol(ForwardTarget target) {
        return problem(target, "sent a malformed HTTP response: it switches to another protocol than websocket");
    }

    /**
     * The problem for a proxy that wants other credentials. Its response is not for callers, to whom the sidecar is no proxy
     * (RFC 9110 section 15.5.8).
     */
    static ProblemResponse proxyCredentials(ForwardTarget target) {
        return problem(target, unreachable(ProxyFailure.CREDENTIALS_REJECTED));
    }

    private static String unreachable(String reason) {
        return "cannot be reached: " + reason;
    }

    private static ProblemResponse problem(ForwardTarget target, String reason) {
        return ProblemResponse.of(ProblemKind.TARGET_UNAVAILABLE, server(target) + " " + reason);
    }

    private static String server(ForwardTarget target) {
        return target.host() + ":" + target.port();
    }

    private static String reason(ForwardTarget target, Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "has no address: check the name in " + target.key("target") + ", and DNS";
        }
        if (failure instanceof SSLException) {
            return "has a certificate that is not trusted, or no TLS: see quarkus.tls and "
                    + target.key("tls-configuration-name");
        }
        if (failure instanceof Http2UnsupportedException && !target.tls()) {
            return "does not speak HTTP/2 without TLS: leave out " + target.key("protocol") + "=http2";
        }
        if (failure instanceof RefreshFailure ours) {
            return unreachable(ours.detail());
        }
        if (failure instanceof ConnectException) {
            return unreachable(ProxyFailure.reason(failure)
                    .orElse("check " + target.key("target") + ", the network and whether the API, or the proxy, runs"));
        }
        MalformedResponseException malformed = malformedResponse(failure);
        if (malformed != null) {
            return "sent a malformed HTTP response: " + malformed.getMessage();
        }
        if (failure instanceof StreamResetException) {
            return "refused or reset the request";
        }
        return isConnectionLost(failure)
                ? "closed the connection before it responded"
                : "sent a malformed HTTP response (" + failure.getClass().getSimpleName() + ")";
    }

    /** Finds the violation of HTTP behind a failure. Over HTTP/2 it is the cause of the stream's failure. */
    private static @Nullable MalformedResponseException malformedResponse(Throwable failure) {
        if (failure instanceof MalformedResponseException itself) {
            return itself;
        }
        return failure.getCause() instanceof MalformedResponseException cause ? cause : null;
    }

    /** Whether an established connection was lost. The API may close an idle one just when the sidecar reuses it. */
    static boolean isConnectionLost(Throwable failure) {
        boolean neverEstablished = failure instanceof SSLException
                || failure instanceof ConnectException
                || failure instanceof UnknownHostException;
        return !neverEstablished && (failure instanceof HttpClosedException || failure instanceof IOException);
    }
}
