package dev.tokensidecar.cluster.monitoring;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A place in a PromQL expression that reads a metric: its name, and the words that labels are compared with.
 *
 * @param words by label; a regular expression is the words between its bars
 */
record Selector(String metric, Map<String, Set<String>> words) {

    private static final Pattern LABEL_LIST =
            Pattern.compile("\\b(?:by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern READ = Pattern.compile("(?<![\\w:])([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset");

    static Stream<Selector> of(String expression) {
        String bare =
                RANGE.matcher(LABEL_LIST.matcher(expression).replaceAll(" ")).replaceAll(" ");
        return READ.matcher(bare)
                .results()
                .filter(read -> !KEYWORDS.contains(read.group(1)))
                .map(Selector::of);
    }

    private static Selector of(MatchResult read) {
        Map<String, Set<String>> words = new TreeMap<>();
        if (read.group(2) != null) {
            MATCHER.matcher(read.group(2))
                    .results()
                    .forEach(it -> words.put(
                            it.group(1), Set.copyOf(List.of(it.group(2).split("\\|")))));
        }
        return new Selector(read.group(1), words);
    }
}
