package dev.tokensidecar.cluster.monitoring;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A metric selector in a PromQL expression: the name, and the values that its label matchers compare with.
 *
 * @param values the values by label; a regular expression yields its alternatives
 */
record Selector(String metric, Map<String, Set<String>> values) {

    private static final Pattern LABEL_LIST =
            Pattern.compile("\\b(?:by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w:])([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset");

    static Stream<Selector> of(String expression) {
        String stripped =
                RANGE.matcher(LABEL_LIST.matcher(expression).replaceAll(" ")).replaceAll(" ");
        return SELECTOR.matcher(stripped)
                .results()
                .filter(selector -> !KEYWORDS.contains(selector.group(1)))
                .map(Selector::of);
    }

    private static Selector of(MatchResult selector) {
        Map<String, Set<String>> values = new TreeMap<>();
        if (selector.group(2) != null) {
            MATCHER.matcher(selector.group(2))
                    .results()
                    .forEach(it -> values.put(
                            it.group(1), Set.copyOf(List.of(it.group(2).split("\\|")))));
        }
        return new Selector(selector.group(1), values);
    }
}
