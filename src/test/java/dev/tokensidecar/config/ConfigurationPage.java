package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Generates blocks of {@code docs/configuration.md} from the declarations. A block stands between two comments that name a
 * class, or a list of keys of Quarkus.
 */
final class ConfigurationPage {

    private static final Pattern BLOCK =
            Pattern.compile("(?s)(<!-- begin ([\\w.]+)[^>]*-->\n\n).*?(\n\n<!-- end \\2 -->)");
    private static final int WIDTH = 120;

    /** Code spans count as one word, so that no line break splits them. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s`]|`[^`]*`)+");

    private ConfigurationPage() {}

    /** Returns the page with newly generated blocks. */
    static String write(String page) {
        List<DeclaredKey> keys = DeclaredKey.all();
        return BLOCK.matcher(page)
                .replaceAll(block ->
                        Matcher.quoteReplacement(block.group(1) + content(block.group(2), keys) + block.group(3)));
    }

    private static String content(String block, List<DeclaredKey> keys) {
        return switch (block) {
            case "QuarkusKeys.PROCESS" -> table(QuarkusKeys.PROCESS);
            case "QuarkusKeys.TRACES" -> table(QuarkusKeys.TRACES);
            case "QuarkusKeys.TLS" -> table(QuarkusKeys.TLS);
            default ->
                keys.stream()
                        .filter(key -> key.declaredIn().equals(block))
                        .map(ConfigurationPage::entry)
                        .collect(Collectors.joining("\n\n"));
        };
    }

    private static String entry(DeclaredKey key) {
        List<String> lines = new ArrayList<>();
        lines.add("### " + key.name());
        lines.add(key.text().stream().map(ConfigurationPage::wrapped).collect(Collectors.joining("\n\n")));
        lines.add("");
        lines.add("- Type: " + key.type());
        String more = key.labelled("Default: ");
        lines.add("- Default: " + key.defaultText() + (more.isEmpty() ? "" : "; " + more));
        lines.add("- Environment: `" + key.variable() + "`");
        lines.add("- When wrong: " + key.whenWrong());
        lines.add("- Source: " + key.labelled("Source: "));
        lines.add("- Change it " + key.labelled("Change it "));
        return String.join("\n", lines);
    }

    private static String wrapped(String paragraph) {
        return paragraph.lines().map(ConfigurationPage::wrappedLine).collect(Collectors.joining("\n"));
    }

    private static String wrappedLine(String line) {
        String indent = line.startsWith("- ") ? "  " : "";
        StringBuilder lines = new StringBuilder();
        int length = 0;
        for (String word : WORD.matcher(line).results().map(MatchResult::group).toList()) {
            if (length == 0) {
                length = word.length();
            } else if (length + 1 + word.length() <= WIDTH) {
                lines.append(' ');
                length += 1 + word.length();
            } else {
                lines.append('\n').append(indent);
                length = indent.length() + word.length();
            }
            lines.append(word);
        }
        return lines.toString();
    }

    private static String table(List<Key<?>> keys) {
        return Stream.concat(
                        Stream.of("| key | environment variable | default | what it does |", "|---|---|---|---|"),
                        DeclaredKey.ofQuarkus(keys).stream().map(ConfigurationPage::row))
                .collect(Collectors.joining("\n"));
    }

    private static String row(DeclaredKey key) {
        return "| `%s` | `%s` | %s | %s |"
                .formatted(
                        key.name(),
                        key.variable(),
                        key.defaultText(),
                        String.join(" ", key.text()).replaceAll("\\.$", ""));
    }
}
