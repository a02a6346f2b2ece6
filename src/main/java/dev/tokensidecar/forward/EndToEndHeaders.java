package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The header fields that are meant for the other end, and not for the next hop (RFC 9110 section 7.6.1). */
final class EndToEndHeaders {

    /** {@code Host} names the hop too: each has its own. */
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

    /** @param without further names that are not copied, in lower case */
    static void copy(MultiMap from, MultiMap to, Set<String> without) {
        Set<String> listed = listed(from.getAll(HttpHeaders.CONNECTION));
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !without.contains(name) && !listed.contains(name)) {
                to.add(field.getKey(), field.getValue());
            }
        }
    }

    /** A message without its length would be another one, so nobody can have that field dropped. */
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
