package dev.tokensidecar.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which keys go with which choice of another key.
 *
 * @param choiceKey where the choice is made
 * @param usedBy the choices that have a use for a key; a key that is not here goes with all of them
 * @param needed what to say of a key that is missing though its choice cannot do without
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

    /** A choice as it is written. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
