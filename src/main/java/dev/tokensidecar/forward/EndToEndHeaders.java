package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Copies the header fields that are meant for the other end, and not for the next hop (RFC 9110 section 7.6.1). */
final class EndToEndHeaders {

    /** {@code Host} counts as one too: each hop has its own. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "host",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private EndToEndHeaders() {}

    /** @param withheld the names of further fields that are not copied, in lower case */
    static void copy(MultiMap from, MultiMap to, Set<String> withheld) {
        Set<String> listed = listed(from.getAll(HttpHeaders.CONNECTION));
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !withheld.contains(name) && !listed.contains(name)) {
                to.add(field.getKey(), field.getValue());
            }
        }
    }

    /** Content-Length stays even if it is listed: without it the message would have another framing. */
    private static Set<String> listed(List<String> connection) {
        return connection.isEmpty()
                ? Set.of()
                : connection.stream()
                        .flatMap(names -> Stream.of(names.split(",", -1)))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.equals("content-length"))
                        .collect(Collectors.toSet());
    }
}
