package dev.tokensidecar.kubernetes.keycloak;

import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.server.CountingProxy.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What the pods sent to the token endpoint, and what Keycloak answered. Knows hashes of refresh tokens only. */
final class TokenRequests {

    private static final Pattern REFRESH_TOKEN = Pattern.compile("(?<=^|&)refresh_token=([^&]*)");

    private final List<Exchange> exchanges;

    TokenRequests(List<Exchange> exchanges) {
        this.exchanges = exchanges;
    }

    /** Returns the hash of the refresh token in the body of a token request; empty if there is none. */
    static String hash(String body) {
        Matcher found = REFRESH_TOKEN.matcher(body);
        return found.find() ? Sha256.hex(found.group(1)) : "";
    }

    int count() {
        return exchanges.size();
    }

    long granted() {
        return exchanges.stream().filter(TokenRequests::isGranted).count();
    }

    /** Returns those that Keycloak rejected or did not answer. */
    List<Exchange> rejected() {
        return exchanges.stream().filter(exchange -> !isGranted(exchange)).toList();
    }

    List<String> statuses() {
        return exchanges.stream()
                .map(exchange -> Objects.toString(exchange.status()))
                .toList();
    }

    /** Returns how many presented a refresh token that another one has presented too, or none. */
    long repeated() {
        long different = exchanges.stream()
                .map(Exchange::posted)
                .filter(hash -> !hash.isEmpty())
                .distinct()
                .count();
        return exchanges.size() - different;
    }

    /** Returns those that arrived in this period. */
    TokenRequests between(Instant from, Instant to) {
        return new TokenRequests(exchanges.stream()
                .filter(exchange -> exchange.arrivedAt().isAfter(from)
                        && exchange.arrivedAt().isBefore(to))
                .toList());
    }

    /** Returns the times between two requests that got tokens: an access token ages from its request on. */
    List<Duration> intervals() {
        List<Instant> granted = exchanges.stream()
                .filter(TokenRequests::isGranted)
                .map(Exchange::arrivedAt)
                .sorted()
                .toList();
        return IntStream.range(1, granted.size())
                .mapToObj(next -> Duration.between(granted.get(next - 1), granted.get(next)))
                .toList();
    }

    private static boolean isGranted(Exchange exchange) {
        return Integer.valueOf(200).equals(exchange.status());
    }
}
