package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a proxy has to know about calls of gRPC: the status of a call is a trailer, or a header field of a response without a
 * body (gRPC over HTTP2, section Responses).
 */
final class GrpcCall {

    private static final String STATUS = "grpc-status";
    private static final String MESSAGE = "grpc-message";

    /** The time after which a client may repeat the call, in milliseconds (gRFC A6). */
    private static final String PUSHBACK = "grpc-retry-pushback-ms";

    private static final String MEDIA_TYPE = "application/grpc";
    private static final String UNAUTHENTICATED = "16";
    private static final int OK = 200;
    private static final String MILLIS = "000";

    private GrpcCall() {}

    /** Whether a request or response belongs to a call. gRPC-Web, which has no trailers, is an ordinary exchange. */
    static boolean isOne(MultiMap headers) {
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.regionMatches(true, 0, MEDIA_TYPE, 0, MEDIA_TYPE.length())) {
            return false;
        }
        return type.length() == MEDIA_TYPE.length() || "+;".indexOf(type.charAt(MEDIA_TYPE.length())) >= 0;
    }

    /** Whether header fields or trailers end a call. */
    static boolean hasEnded(MultiMap fields) {
        return fields.contains(STATUS);
    }

    /** Whether header fields or trailers end a call whose credentials are not valid. */
    static boolean isUnauthenticated(MultiMap fields) {
        return UNAUTHENTICATED.equals(fields.get(STATUS));
    }

    /** Ends a call with a problem of the sidecar. */
    static void end(HttpServerResponse response, ProblemResponse problem) {
        response.setStatusCode(OK)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(STATUS, status(problem))
                .putHeader(MESSAGE, encoded(problem.kind().error() + ": " + problem.detail()));
        String retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(PUSHBACK, retryAfter + MILLIS);
        }
        var unused = response.end();
    }

    /** The code that clients repeat, or the one that fits the status of HTTP. */
    private static String status(ProblemResponse problem) {
        if (problem.isRetryable()) {
            return "14";
        }
        return switch (problem.kind().status) {
            case 400 -> "3";
            case 401, 410 -> UNAUTHENTICATED;
            case 403 -> "7";
            case 404, 405 -> "12";
            default -> "9";
        };
    }

    /** Encodes what the grammar of the message does not allow: all but printable ASCII, and the percent sign. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            if (unit >= ' ' && unit <= '~' && unit != '%') {
                encoded.append((char) unit);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", unit));
            }
        }
        return encoded.toString();
    }
}
