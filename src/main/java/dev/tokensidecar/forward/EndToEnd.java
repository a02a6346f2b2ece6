package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The header fields that are meant for the other end, and not for the next hop (RFC 9110 section 7.6.1). */
final class EndToEnd {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
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

    private EndToEnd() {}

    /** @param without further names that are not copied, in lower case */
    static void copy(MultiMap from, MultiMap to, Set<String> without) {
        Set<String> dropped = new HashSet<>(without);
        dropped.addAll(HOP_BY_HOP);
        from.getAll(HttpHeaders.CONNECTION).stream()
                .flatMap(EndToEnd::names)
                .filter(name -> !name.equals("content-length"))
                .forEach(dropped::add);
        for (Map.Entry<String, String> field : from) {
            if (!dropped.contains(field.getKey().toLowerCase(Locale.ROOT))) {
                to.add(field.getKey(), field.getValue());
            }
        }
    }

    /** A message without its length would be another one, so nobody can have that field dropped. */
    private static Stream<String> names(String connection) {
        return List.of(connection.split(",", -1)).stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT));
    }
}
