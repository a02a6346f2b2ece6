package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.UnreadBody;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.stream.Stream;

/**
 * The wish of a caller to continue with WebSocket (RFC 9110 section 7.8, RFC 6455 section 4.1). Every other protocol is
 * ignored. With HTTP/2 in particular, a caller could send requests that nobody has checked.
 */
final class ProtocolSwitch {

    private static final String PROTOCOL = "websocket";

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String UPGRADE_OPTION = "Upgrade";

    private ProtocolSwitch() {}

    static boolean isOffered(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.version() == HttpVersion.HTTP_1_1
                && isNamed(request.headers())
                && hasOption(request.headers())
                && !UnreadBody.isAnnounced(request);
    }

    /** Whether another protocol follows a response. */
    static boolean isMade(HttpClientResponse response) {
        return response.statusCode() == SWITCHING_PROTOCOLS;
    }

    static boolean isOneThatWasOffered(HttpClientResponse response) {
        return response.version() == HttpVersion.HTTP_1_1 && isNamed(response.headers());
    }

    /** Writes the fields that are meant for the next hop, and removes one that a message without a body cannot have. */
    static void write(MultiMap headers) {
        headers.remove(HttpHeaders.CONTENT_LENGTH)
                .set(HttpHeaders.CONNECTION, UPGRADE_OPTION)
                .set(HttpHeaders.UPGRADE, PROTOCOL);
    }

    private static boolean isNamed(MultiMap headers) {
        List<String> protocols = headers.getAll(HttpHeaders.UPGRADE);
        return protocols.size() == 1 && protocols.getFirst().strip().equalsIgnoreCase(PROTOCOL);
    }

    private static boolean hasOption(MultiMap headers) {
        return headers.getAll(HttpHeaders.CONNECTION).stream()
                .flatMap(options -> Stream.of(options.split(",", -1)))
                .anyMatch(option -> option.strip().equalsIgnoreCase(UPGRADE_OPTION));
    }
}
