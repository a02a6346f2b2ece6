package dev.tokensidecar.ingress;

import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A pattern that matches in a header value, but never inside its quoted strings (RFC 9110 section 5.6.4). */
public final class UnquotedPattern {

    /** The content of a quoted string. Possessive, because backtracking would cost stack for each character. */
    public static final String TEXT = "(?:[^\"\\\\]|\\\\.)*+";

    /** The closing quote is optional: a missing one would otherwise make the search start again at each character. */
    private static final String QUOTED = "\"" + TEXT + "\"?";

    private final Pattern pattern;

    /** @param regex the pattern, with groups around the text to find; matching ignores case */
    public UnquotedPattern(String regex) {
        this.pattern = Pattern.compile(regex + "|" + QUOTED, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** Returns the matches outside quoted strings, in their order. The pattern must have one group. */
    List<MatchResult> all(String header) {
        return pattern.matcher(header)
                .results()
                .filter(match -> match.group(1) != null)
                .toList();
    }

    /** Returns the first group that matches in the header; null if none does. */
    public @Nullable String find(String header) {
        return pattern.matcher(header)
                .results()
                .flatMap(match -> IntStream.rangeClosed(1, match.groupCount()).mapToObj(match::group))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
