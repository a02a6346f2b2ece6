package dev.tokensidecar.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.config.SidecarSettings.SocketSettings;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one Unix domain socket. */
final class SocketReader {

    /** A socket address has 108 bytes with the terminating zero (unix(7)), and clients in Java use one byte less. */
    private static final int MAX_BYTES = 106;

    private SocketReader() {}

    /** Finds the names of the sockets. Of the variables, only those of keys that every socket needs count, as for routes. */
    static ConfiguredNames names(Config config, Map<String, String> environment) {
        return new ConfiguredNames(
                SocketKeys.PREFIX, Set.of(SocketKeys.PATH.name(), SocketKeys.TOKENS.name()), config, environment);
    }

    static KeyReader keys(Config config, String name) {
        return new KeyReader(config, SocketKeys.PREFIX + name + ".");
    }

    /** Replaces the name of a socket by its placeholder: the socket may exist in another profile only. */
    static String withPlaceholder(String key) {
        return ConfiguredNames.replaceName(SocketKeys.PREFIX, key, SocketKeys.ANY);
    }

    /**
     * Returns null if the path is missing or unusable, and reports that as a violation.
     *
     * @param tokens all configured tokens
     */
    static @Nullable SocketSettings read(KeyReader keys, Map<String, TokenSettings> tokens) {
        Path path = keys.read(SocketKeys.PATH);
        Set<PosixFilePermission> mode = keys.read(SocketKeys.MODE);
        String owner = keys.read(SocketKeys.OWNER);
        Set<String> served = served(keys, tokens);
        if (path == null) {
            if (!keys.isSet(SocketKeys.PATH)) {
                keys.reject(SocketKeys.PATH, "is missing: write the path of the socket, such as /run/orders/http.sock");
            }
            return null;
        }
        if (path.toString().getBytes(UTF_8).length > MAX_BYTES) {
            keys.reject(
                    SocketKeys.PATH,
                    "is longer than the " + MAX_BYTES + " bytes that every client can connect to: name a shorter one");
        }
        return new SocketSettings(path, mode, owner, served);
    }

    private static Set<String> served(KeyReader keys, Map<String, TokenSettings> tokens) {
        List<String> named = keys.read(SocketKeys.TOKENS);
        if (named.isEmpty()) {
            keys.reject(SocketKeys.TOKENS, "is missing: name the tokens of this socket, or write * for all");
        }
        if (named.equals(List.of(SocketKeys.ALL_TOKENS))) {
            return tokens.keySet();
        }
        for (String name : named) {
            var unused = References.token(name, tokens, keys, SocketKeys.TOKENS);
        }
        return new LinkedHashSet<>(named);
    }

    /** Rejects a path that two sockets have. */
    static void requireDifferentPaths(Map<String, KeyReader> sockets) {
        Map<Path, String> taken = new HashMap<>();
        sockets.values().forEach(keys -> {
            String key = keys.fullName(SocketKeys.PATH);
            Path path = keys.paths().get(key);
            String other = path == null ? null : taken.putIfAbsent(path, key);
            if (other != null) {
                keys.reject(SocketKeys.PATH, "is the path of " + other + " too: write another one");
            }
        });
    }
}
