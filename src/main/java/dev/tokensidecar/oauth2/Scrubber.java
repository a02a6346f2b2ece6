package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a foreign text fit to be shown. Servers echo what they were sent, so the credentials of the request go, and
 * whatever else looks like a token with them.
 */
final class Scrubber {

    static final int MAX_LENGTH = 200;

    private static final String REDACTED = "[redacted]";

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");

    private static final String TOKEN_CHARACTER = "[A-Za-z0-9_~+/=.%-]";

    /**
     * A JWT or the start of one; a run too long for a word; a shorter one with a digit or an inner capital, as random
     * characters have them and {@code unsupported_grant_type} has not.
     */
    private static final Pattern TOKEN_LIKE = Pattern.compile("eyJ" + TOKEN_CHARACTER + "+"
            + "|" + TOKEN_CHARACTER + "{40,}"
            + "|(?<!" + TOKEN_CHARACTER + ")(?=" + TOKEN_CHARACTER + "*?[0-9]|" + TOKEN_CHARACTER + "+?[A-Z])"
            + TOKEN_CHARACTER + "{16,}");

    private final List<String> secrets;

    Scrubber(List<Secret> secrets) {
        this.secrets = secrets.stream()
                .map(Secret::reveal)
                .flatMap(text -> Stream.of(text, URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** Whether this is one of the credentials that were sent. */
    boolean isSecret(String text) {
        return secrets.contains(text);
    }

    /** The text without credentials and control characters, cut to a length that fits a log line. */
    String scrub(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, REDACTED);
        }
        clean = CONTROL.matcher(clean).replaceAll(" ");
        clean = TOKEN_LIKE.matcher(clean).replaceAll(REDACTED).strip();
        return clean.length() <= MAX_LENGTH ? clean : clean.substring(0, MAX_LENGTH) + "...";
    }
}
