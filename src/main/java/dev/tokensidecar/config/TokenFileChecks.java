package dev.tokensidecar.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Checks that no other key names a token file: the sidecar replaces and removes that file. */
final class TokenFileChecks {

    private TokenFileChecks() {}

    /** Rejects keys of one token that are not used without the file. */
    static void check(KeyReader keys) {
        if (!keys.isSet(TokenFileKeys.FILE)) {
            keys.configuredKeys(TokenFileKeys.FILE + "-")
                    .forEach(key -> keys.reject(
                            key, "is not used without {}" + TokenFileKeys.FILE + ": leave it out or name the file"));
        }
    }

    /**
     * Rejects a token file that another key of any token or of the process names.
     *
     * @param tokens the readers of each token
     * @param process the readers of the keys that concern the process
     */
    static void check(Collection<KeyReader> tokens, Collection<KeyReader> process) {
        Map<Path, String> taken = new HashMap<>();
        Stream.concat(tokens.stream(), process.stream())
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
