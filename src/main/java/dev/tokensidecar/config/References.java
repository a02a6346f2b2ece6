package dev.tokensidecar.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks values that refer to something else in the configuration: a token by its name, a port that is taken. */
final class References {

    private static final List<DefaultedKey<Integer>> PORTS_OF_QUARKUS =
            List.of(QuarkusKeys.HTTP_PORT, QuarkusKeys.MANAGEMENT_PORT);

    private References() {}

    /**
     * Returns the token with this name. Rejects the key that names it if there is none.
     *
     * @return null if there is none
     */
    static @Nullable TokenSettings token(String name, Map<String, TokenSettings> tokens, KeyReader keys, Key<?> key) {
        TokenSettings token = tokens.get(name);
        if (token == null) {
            keys.reject(
                    key,
                    "names no configured token: write one of " + String.join(", ", tokens.keySet())
                            + ", or configure it");
        }
        return token;
    }

    /**
     * Rejects a port that Quarkus opens.
     *
     * @param process reads the keys of Quarkus
     */
    static void requireFree(int port, KeyReader process, KeyReader keys, Key<?> key) {
        PORTS_OF_QUARKUS.stream()
                .filter(taken -> process.read(taken) == port)
                .forEach(taken -> keys.reject(key, "is the same as " + taken + ": write another one"));
    }
}
