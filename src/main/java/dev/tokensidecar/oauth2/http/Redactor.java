package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.token.InvisibleCharacter;
import dev.tokensidecar.token.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes text from a server safe to show. Servers echo what they receive, so this removes the credentials of the request
 * and everything else that looks like a token.
 */
public final class Redactor {

    static final int MAX_LENGTH = 200;

    private static final String REDACTED = "[redacted]";

    private static final String TOKEN_CHARACTER = "[A-Za-z0-9_~+/=.%-]";

    /**
     * A JWT or the start of one; a run of characters too long for a word; a shorter run with a digit or an inner capital,
     * which random text has and {@code unsupported_grant_type} does not.
     */
    private static final Pattern TOKEN_LIKE = Pattern.compile("eyJ" + TOKEN_CHARACTER + "+"
            + "|" + TOKEN_CHARACTER + "{40,}"
            + "|(?<!" + TOKEN_CHARACTER + ")(?=" + TOKEN_CHARACTER + "*?[0-9]|" + TOKEN_CHARACTER + "+?[A-Z])"
            + TOKEN_CHARACTER + "{16,}");

    private final List<SecretEncodings> secrets;

    /** @param secrets the credentials of the request */
    public Redactor(List<Secret> secrets) {
        this.secrets = secrets.stream()
                .sorted(Comparator.<Secret>comparingInt(
                                secret -> secret.reveal().length())
                        .reversed())
                .map(SecretEncodings::new)
                .toList();
    }

    /** Whether the word contains a credential of the request. */
    public boolean containsSecret(String word) {
        return secrets.stream().anyMatch(secret -> secret.occursIn(word));
    }

    /** Returns the text without credentials and invisible characters, cut to a length that fits a log line. */
    public String redact(String text) {
        // Comes first: an invisible character in place of a credential's space would turn into that space later.
        String redacted = InvisibleCharacter.replacedBySpaces(text);
        for (SecretEncodings secret : secrets) {
            redacted = secret.replace(redacted, REDACTED);
        }
        redacted = TOKEN_LIKE.matcher(redacted).replaceAll(REDACTED).strip();
        return redacted.length() <= MAX_LENGTH ? redacted : redacted.substring(0, MAX_LENGTH) + "...";
    }
}
