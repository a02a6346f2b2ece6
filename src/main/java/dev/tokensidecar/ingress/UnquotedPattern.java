package dev.tokensidecar.ingress;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is looked for in a header, but never inside its quoted strings (RFC 9110 section 5.6.4). */
public final class UnquotedPattern {

    /** What a quoted string holds. Never goes back, which would cost stack for each character. */
    public static final String TEXT = "(?:[^\"\\\\]|\\\\.)*+";

    /** The end may be missing: it would be looked for again from each character. */
    private static final String QUOTED = "\"" + TEXT + "\"?";

    private final Pattern pattern;

    /** @param regex its groups are what is looked for; the case of letters does not matter */
    public UnquotedPattern(String regex) {
        this.pattern = Pattern.compile(regex + "|" + QUOTED, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** The first group that is found in the header; null if none is. */
    public @Nullable String find(String header) {
        return pattern.matcher(header)
                .results()
                .flatMap(match -> IntStream.rangeClosed(1, match.groupCount()).mapToObj(match::group))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
