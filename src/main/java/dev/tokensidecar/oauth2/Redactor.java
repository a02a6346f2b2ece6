package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes a foreign text fit to be shown. Servers echo what they were sent, so the credentials of the request go, and
 * whatever else looks like a token with them.
 */
final class Redactor {

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

    private final List<SecretSpellings> secrets;

    Redactor(List<Secret> secrets) {
        this.secrets = secrets.stream()
                .sorted(Comparator.<Secret>comparingInt(
                                secret -> secret.reveal().length())
                        .reversed())
                .map(SecretSpellings::new)
                .toList();
    }

    /** Whether one of the credentials that were sent shows in this word. */
    boolean shows(String word) {
        return secrets.stream().anyMatch(secret -> secret.showsIn(word));
    }

    /** The text without credentials and control characters, cut to a length that fits a log line. */
    String scrub(String text) {
        // first of all: what hides the space in a credential would leave the credential when it goes
        String clean = CONTROL.matcher(text).replaceAll(" ");
        for (SecretSpellings secret : secrets) {
            clean = secret.replace(clean, REDACTED);
        }
        clean = TOKEN_LIKE.matcher(clean).replaceAll(REDACTED).strip();
        return clean.length() <= MAX_LENGTH ? clean : clean.substring(0, MAX_LENGTH) + "...";
    }
}
