package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.ProxyFailure;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Classifies exchanges that ended without a response of the server. Without a connection, nothing was sent. With one, the
 * server may have acted, whatever the exception; only a proxy that wants credentials has certainly not forwarded the request.
 */
final class TransportFailures {

    private TransportFailures() {}

    static RefreshFailure classify(Throwable failure, boolean connected, Destination destination) {
        if (failure instanceof RefreshFailure known) {
            return known;
        }
        if (failure instanceof BoundedBody.TooLarge body) {
            return tooLarge(destination, body.maxBytes());
        }
        List<Throwable> causes = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(8)
                .toList();
        if (has(causes, SSLException.class)) {
            return unavailable("tls_failed", "TLS with " + destination + " failed: " + tlsReason(causes), connected);
        }
        if (connected) {
            return timedOut(causes)
                    ? unavailable("timeout", "no complete response from " + destination + " in time", true)
                    : unavailable(
                            "connection_lost", "the connection to " + destination + " broke before the response", true);
        }
        return withoutConnection(destination, reason(causes, destination));
    }

    /** A proxy without a tunnel wants other credentials: it did not forward the request. */
    static Unavailable rejectedByProxy(Destination destination) {
        return withoutConnection(destination, ProxyFailure.CREDENTIALS_REJECTED);
    }

    private static Unavailable withoutConnection(Destination destination, String reason) {
        return unavailable("connect_failed", "no connection to " + destination + ": " + reason, false);
    }

    /** The body of the response exceeds the limit. */
    static InvalidResponse tooLarge(Destination destination, int maxBytes) {
        return new InvalidResponse(
                "the response of %s is too large: more than %d bytes; authorization-server.max-response-body raises the limit"
                        .formatted(destination, maxBytes));
    }

    private static Unavailable unavailable(String error, String message, boolean inDoubt) {
        return new Unavailable(error, message, inDoubt, false, null);
    }

    private static String reason(List<Throwable> causes, Destination destination) {
        if (has(causes, UnknownHostException.class)) {
            return destination.proxy() == null
                    ? "the host name cannot be resolved"
                    : ProxyFailure.unknownHost(destination.proxy());
        }
        if (timedOut(causes)) {
            return "timed out";
        }
        return causes.stream()
                .flatMap(cause -> ProxyFailure.reason(cause).stream())
                .findFirst()
                .orElseGet(() -> has(causes, ConnectException.class)
                        ? "refused"
                        : causes.getLast().getClass().getSimpleName());
    }

    /** A server without TLS answers with something else, or closes the connection; neither is explained by an exception. */
    private static String tlsReason(List<Throwable> causes) {
        String reason = causes.getLast().getMessage();
        return reason == null || has(causes, NotSslRecordException.class) || has(causes, ClosedChannelException.class)
                ? "the server may not speak TLS at this port"
                : new Redactor(List.of()).redact(reason);
    }

    private static boolean timedOut(List<Throwable> causes) {
        return causes.stream()
                .anyMatch(cause -> cause.getClass().getSimpleName().contains("Timeout"));
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }
}
