package dev.tokensidecar.config;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Generates {@code docs/configuration.schema.json}. The schema describes a map from names to texts, as in a ConfigMap or the
 * environment of a container. A name is a variable or a key. Names without a prefix of the sidecar are free.
 *
 * <p>Also generates the schema of the chart's values, which have such a map with variables only.
 */
final class ConfigurationSchema {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final String VARIABLE_NAME = "[A-Z0-9](?:[A-Z0-9_]*[A-Z0-9])?";

    /** Matches no value, and expressions, whose values are known only at the start. */
    private static final String OPEN = "open";

    private static final String OPEN_PATTERN = "^\\s*$|\\$\\{";

    /** Helm's regular expressions have no look-ahead. Without it a pattern matches more, which the sidecar rejects itself. */
    private static final Pattern LOOK_AHEAD = Pattern.compile("\\(\\?!(?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\)");

    private final ObjectNode definitions = JSON.createObjectNode();
    private final ObjectNode names = JSON.createObjectNode();
    private final ObjectNode patterns = JSON.createObjectNode();
    private final List<DeclaredKey> keys;

    private ConfigurationSchema(List<DeclaredKey> keys) {
        this.keys = keys;
    }

    static String write() {
        return text(read().root());
    }

    /**
     * Returns the schema of the chart's values.
     *
     * @param frame the schema of everything but the settings, which it refers to as {@code #/$defs/settings}
     */
    static String writeForChart(String frame) throws IOException {
        ObjectNode root = (ObjectNode) JSON.readTree(frame);
        root.putObject("$defs").setAll(read().definitionsForChart());
        return text(root);
    }

    private static ConfigurationSchema read() {
        List<DeclaredKey> keys = DeclaredKey.all();
        ConfigurationSchema schema = new ConfigurationSchema(keys);
        keys.forEach(schema::addKey);
        Stream.of(QuarkusKeys.PROCESS, QuarkusKeys.TRACES, QuarkusKeys.TLS)
                .flatMap(group -> DeclaredKey.ofQuarkus(group).stream())
                .forEach(schema::addKey);
        return schema;
    }

    private static String text(ObjectNode root) {
        try {
            return JSON.writer(new DefaultPrettyPrinter()
                                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                                    .withArrayIndenter(new DefaultIndenter("  ", "\n")))
                            .writeValueAsString(root)
                    + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode root() {
        ObjectNode root = JSON.createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Configuration of token-sidecar")
                .put("description", "Values by environment variable or key, or a ConfigMap of Kubernetes with them.");
        ObjectNode isConfigMap = root.putObject("if");
        isConfigMap.putObject("properties").putObject("kind").put("const", "ConfigMap");
        isConfigMap.putArray("required").add("kind");
        root.putObject("then").putObject("properties").putObject("data").put("$ref", "#/$defs/settings");
        root.putObject("else").put("$ref", "#/$defs/settings");
        ObjectNode settings = JSON.createObjectNode().put("type", "object");
        settings.set("properties", names);
        patterns.put("^(?!SIDECAR_|sidecar\\.)", true);
        settings.set("patternProperties", patterns);
        settings.put("additionalProperties", false);
        ObjectNode all = root.putObject("$defs");
        all.set("settings", settings);
        all.putObject(OPEN).put("pattern", OPEN_PATTERN);
        all.setAll(definitions);
        return root;
    }

    private ObjectNode definitionsForChart() {
        names.retain(variables(names));
        patterns.retain(variables(patterns));
        ObjectNode all = JSON.createObjectNode();
        ObjectNode settings = all.putObject("settings").put("type", "object");
        settings.set("properties", names);
        ObjectNode named = settings.putObject("patternProperties");
        patterns.properties().forEach(pattern -> named.set(withoutLookAhead(pattern.getKey()), pattern.getValue()));
        named.putObject(otherVariables("SIDECAR_")).put("type", "string");
        settings.put("additionalProperties", false);
        all.putObject(OPEN).put("pattern", OPEN_PATTERN);
        definitions
                .findParents("pattern")
                .forEach(parent -> ((ObjectNode) parent)
                        .put("pattern", withoutLookAhead(parent.get("pattern").asText())));
        return all.setAll(definitions);
    }

    private static List<String> variables(ObjectNode byName) {
        return byName.propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> name.matches("\\^?[A-Z].*"))
                .toList();
    }

    /** Matches the names of variables that do not begin with the prefix, one alternative for each of its letters. */
    private static String otherVariables(String prefix) {
        return IntStream.range(1, prefix.length())
                .mapToObj(i -> prefix.substring(0, i) + "(?:[^" + prefix.charAt(i) + "\\W]\\w*)?")
                .collect(Collectors.joining("|", "^(?:[^" + prefix.charAt(0) + "\\W\\d]\\w*|", ")$"));
    }

    private static String withoutLookAhead(String pattern) {
        return LOOK_AHEAD.matcher(pattern).replaceAll("");
    }

    private void addKey(DeclaredKey key) {
        String definition = key.name().replaceAll("[<>\"]", "");
        definitions.set(definition, definition(key));
        ObjectNode reference = JSON.createObjectNode().put("$ref", "#/$defs/" + definition);
        if (key.name().contains("<")) {
            addPattern(key.name(), key.variable(), reference);
        } else {
            names.set(key.variable(), reference);
            names.set(key.name(), reference);
        }
        if (key.name().startsWith(SettingsReader.TOKEN)) {
            String ending = key.name().substring(SettingsReader.TOKEN.length());
            String named = TokenNames.PREFIX + "<name>." + ending;
            addPattern(
                    named, "SIDECAR_TOKENS_" + exclusion(ending) + "<NAME>_" + UnknownKeys.variable(ending), reference);
        }
    }

    private void addPattern(String key, String variable, ObjectNode reference) {
        patterns.set("^" + variable.replaceAll("<\\w+>", VARIABLE_NAME) + "$", reference);
        patterns.set("^" + key.replace(".", "\\.").replaceAll("<\\w+>", NAME) + "$", reference);
    }

    /** Excludes misspelt keys of a group: otherwise CLIENT_SECERT_FILE would match FILE with CLIENT_SECERT as the name. */
    private String exclusion(String ending) {
        String longer = "_" + UnknownKeys.variable(ending);
        String groups = keys.stream()
                .filter(key -> key.name().startsWith(SettingsReader.TOKEN)
                        && key.variable().endsWith(longer))
                .map(key -> key.key().name())
                .filter(name -> name.contains(".") && !name.equals(ending))
                .map(name -> UnknownKeys.variable(name.substring(0, name.indexOf('.'))))
                .distinct()
                .collect(Collectors.joining("|"));
        return groups.isEmpty() ? "" : "(?!(?:[A-Z0-9_]+_)?(?:" + groups + ")_)";
    }

    private static ObjectNode definition(DeclaredKey key) {
        ObjectNode definition = JSON.createObjectNode()
                .put("title", key.name())
                .put("description", String.join("\n\n", key.text()) + "\n\nType: " + key.type())
                .put("type", "string");
        if (key.key() instanceof DefaultedKey<?> defaulted
                && !defaulted.defaultText().isEmpty()) {
            definition.put("default", defaulted.defaultText());
        }
        if (key.key().type() instanceof ValueType.Choice<?> choice) {
            var alternatives = definition.putArray("anyOf");
            var words = alternatives.addObject().putArray("enum");
            choice.values().keySet().forEach(words::add);
            alternatives.addObject().put("$ref", "#/$defs/" + OPEN);
        } else if (!pattern(key.key().type()).isEmpty()) {
            var alternatives = definition.putArray("anyOf");
            alternatives
                    .addObject()
                    .put("pattern", "^\\s*(?:" + pattern(key.key().type()) + ")\\s*$");
            alternatives.addObject().put("$ref", "#/$defs/" + OPEN);
        }
        return definition;
    }

    /** Returns a pattern that matches every usable text and as few others as possible; empty for any text. */
    private static String pattern(ValueType<?> type) {
        String status = "(?!408|429)4\\d\\d";
        String pair = "[^,=]+=[^,]*";
        return switch (type) {
            case ValueType.Text text -> "";
            case ValueType.TextList list -> "";
            case ValueType.Choice<?> choice -> "";
            case ValueType.Format<?> format ->
                withoutPossessives(format.pattern().pattern());
            case ValueType.Pairs pairs -> pair + "(?:," + pair + ")*,?";
            case ValueType.Statuses statuses -> status + "(?:\\s*,\\s*" + status + ")*";
            case WholeNumber number -> "\\d+";
            case Fraction fraction -> "\\d+(?:\\.\\d*)?|\\.\\d+";
            case DurationRange range -> "\\d+(?:ms|d)?|(?:\\d+(?:\\.\\d+)?[HMShms])+|[Pp].+";
        };
    }

    /** ECMA-262 has no possessive quantifiers. */
    private static String withoutPossessives(String pattern) {
        return pattern.replaceAll("(\\)[*+])\\+", "$1");
    }
}
