package dev.tokensidecar.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;

/**
 * Finds names that are nearly a key of Quarkus which the documents recommend. Quarkus ignores a variable that it does not
 * know. It has hundreds of keys that the documents do not name, and many of them are a word away from one that they name
 * ({@code quarkus.log.file.level}). So only typing errors within words count here: a wrong letter or two, or a missing
 * separator.
 */
public final class MisspeltQuarkusKeys {

    private static final String PREFIX = "quarkus.";
    private static final String VARIABLE_PREFIX = "QUARKUS_";
    private static final int LONG_WORD = 8;

    private MisspeltQuarkusKeys() {}

    /** Returns what was written, a key or a variable, and for each what was probably meant. */
    public static Map<String, String> find(Config config, Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>();
        Set<String> keys = ConfiguredNames.setKeys(config);
        keys.stream()
                .filter(key -> key.startsWith(PREFIX))
                .forEach(key -> meant(key).ifPresent(meant -> found.put(key, meant)));
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX))
                .forEach(name -> meant(name).ifPresent(meant -> found.put(name, UnknownKeys.variable(meant))));
        return found;
    }

    private static Optional<String> meant(String name) {
        List<String> written = NearestName.words(name);
        return QuarkusKeys.names().stream()
                .filter(key -> isTypingError(written, NearestName.words(key)))
                .findFirst();
    }

    private static boolean isTypingError(List<String> written, List<String> words) {
        if (written.size() != words.size()) {
            return String.join("", written).equals(String.join("", words));
        }
        int wrong = 0;
        for (int i = 0; i < words.size(); i++) {
            boolean any = words.get(i).startsWith("<");
            int edits = any ? 0 : EditDistance.between(written.get(i), words.get(i));
            if (edits > (words.get(i).length() < LONG_WORD ? 1 : 2)) {
                return false;
            }
            wrong += edits;
        }
        return wrong > 0;
    }
}
