package dev.tokensidecar.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;

/**
 * Finds misspelt names of the Quarkus keys that the documents recommend. Quarkus ignores a variable that it does not know.
 * It has hundreds of other keys, and many differ by one word from a recommended one ({@code quarkus.log.file.level}). So
 * only typing errors within words count: one or two wrong letters, or a missing separator.
 */
public final class MisspeltQuarkusKeys {

    private static final String PREFIX = "quarkus.";
    private static final String VARIABLE_PREFIX = "QUARKUS_";
    private static final int LONG_WORD = 8;

    private final Map<String, List<String>> words = new LinkedHashMap<>();

    private MisspeltQuarkusKeys() {
        QuarkusKeys.names().forEach(key -> words.put(key, NearestName.words(key)));
    }

    /** Returns the name that was probably meant for each misspelt key or variable. */
    public static Map<String, String> find(Config config, Map<String, String> environment) {
        MisspeltQuarkusKeys keys = new MisspeltQuarkusKeys();
        Map<String, String> found = new TreeMap<>();
        ConfiguredNames.configuredKeys(config).stream()
                .filter(name -> name.startsWith(PREFIX))
                .forEach(name -> keys.meant(name).ifPresent(key -> found.put(name, key)));
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX))
                .forEach(name -> keys.meant(name).ifPresent(key -> found.put(name, UnknownKeys.variable(key))));
        return found;
    }

    private Optional<String> meant(String name) {
        List<String> written = NearestName.words(name);
        return words.entrySet().stream()
                .filter(key -> isTypingError(written, key.getValue()))
                .findFirst()
                .map(Map.Entry::getKey);
    }

    private static boolean isTypingError(List<String> written, List<String> words) {
        if (written.size() != words.size()) {
            return String.join("", written).equals(String.join("", words));
        }
        int errors = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("<") && !word.equals(written.get(i))) {
                int edits = EditDistance.between(written.get(i), word);
                if (edits > (word.length() < LONG_WORD ? 1 : 2)) {
                    return false;
                }
                errors += edits;
            }
        }
        return errors > 0;
    }
}
