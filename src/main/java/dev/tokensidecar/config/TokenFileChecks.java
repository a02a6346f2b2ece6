package dev.tokensidecar.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The file with the access token is replaced and removed, so it is no other file of the configuration. */
final class TokenFileChecks {

    private TokenFileChecks() {}

    /** Which keys need the file; what concerns one token alone. */
    static void check(KeyReader keys) {
        if (!keys.isSet(TokenFileKeys.FILE)) {
            keys.setIn(TokenFileKeys.FILE + "-")
                    .forEach(key -> keys.reject(
                            key, "is not used without {}" + TokenFileKeys.FILE + ": leave it out or name the file"));
        }
    }

    /**
     * Whose file it is.
     *
     * @param tokens the keys of each token
     * @param process those that are about the process
     */
    static void check(Collection<KeyReader> tokens, KeyReader process) {
        Map<Path, String> taken = new HashMap<>();
        Stream.concat(tokens.stream(), Stream.of(process))
                .flatMap(keys -> keys.paths().entrySet().stream())
                .filter(path ->
                        tokens.stream().noneMatch(keys -> path.getKey().equals(keys.fullName(TokenFileKeys.FILE))))
                .forEach(path -> taken.putIfAbsent(path.getValue(), path.getKey()));
        for (KeyReader keys : tokens) {
            Path file = keys.paths().get(keys.fullName(TokenFileKeys.FILE));
            String other = file == null ? null : taken.putIfAbsent(file, keys.fullName(TokenFileKeys.FILE));
            if (other != null) {
                keys.reject(
                        TokenFileKeys.FILE, "must not be " + other + ": the sidecar replaces and removes this file");
            }
        }
    }
}
