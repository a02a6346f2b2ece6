package dev.tokensidecar.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks keys that depend on the value of another key.
 *
 * @param choiceKey the key that they depend on
 * @param usedBy the values of {@code choiceKey} that use a key; keys that are not listed go with every value
 * @param needed the problem to report if a required key is missing; keys that are not listed are optional
 */
record DependentKeys<E extends Enum<E>>(Key<E> choiceKey, Map<Key<?>, Set<E>> usedBy, Map<Key<?>, String> needed) {

    void check(E chosen, KeyReader keys) {
        usedBy.forEach((key, choices) -> {
            boolean used = choices.contains(chosen);
            if (used && needed.containsKey(key) && !keys.isSet(key)) {
                keys.reject(key, needed.get(key));
            }
            if (!used && keys.isSet(key)) {
                String others = choices.stream().map(DependentKeys::name).collect(Collectors.joining(" or "));
                keys.reject(
                        key,
                        "is not used with {}" + choiceKey + "=" + name(chosen) + ": leave it out or set " + others);
            }
        });
    }

    /** Returns the choice as an operator writes it. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
