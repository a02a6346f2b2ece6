package dev.tokensidecar.config;

import dev.tokensidecar.config.IntrospectionSettings.CheckMethod;
import dev.tokensidecar.config.IntrospectionSettings.KeySetSettings;
import dev.tokensidecar.config.IntrospectionSettings.ServerSettings;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one issuer whose tokens the application gets from others. */
final class IntrospectionReader {

    private static final Duration MAX_LEEWAY = Duration.ofMinutes(5);
    private static final Duration MAX_ANSWER_AGE = Duration.ofMinutes(1);

    /** Every algorithm with a public key that jose4j knows and servers use. */
    private static final Set<String> SUPPORTED =
            Set.copyOf(List.of(IntrospectionKeys.ALGORITHMS.defaultText().split(",")));

    private static final DependentKeys<CheckMethod> KEYS =
            new DependentKeys<>(IntrospectionKeys.METHOD, usedBy(), needed());

    private IntrospectionReader() {}

    private static Map<Key<?>, Set<CheckMethod>> usedBy() {
        Map<Key<?>, Set<CheckMethod>> usedBy = new LinkedHashMap<>();
        Stream.<Key<?>>of(
                        IntrospectionKeys.ALGORITHMS,
                        IntrospectionKeys.TOKEN_TYPE,
                        IntrospectionKeys.JWKS_URI,
                        IntrospectionKeys.KEYS_REFRESH,
                        IntrospectionKeys.KEYS_MAX_AGE,
                        IntrospectionKeys.KEYS_TLS_CONFIGURATION_NAME)
                .forEach(key -> usedBy.put(key, EnumSet.of(CheckMethod.JWT, CheckMethod.MIXED)));
        Stream.<Key<?>>of(
                        IntrospectionKeys.SERVER_CLIENT,
                        IntrospectionKeys.SERVER_ENDPOINT,
                        IntrospectionKeys.SERVER_MAX_ANSWER_AGE)
                .forEach(key -> usedBy.put(key, EnumSet.of(CheckMethod.SERVER, CheckMethod.MIXED)));
        return usedBy;
    }

    private static Map<Key<?>, String> needed() {
        return Map.of(
                IntrospectionKeys.SERVER_CLIENT,
                "is missing: name the token whose client may introspect, such as " + SidecarSettings.DEFAULT_TOKEN);
    }

    /**
     * Finds the names of the issuers. Of the variables, only those of {@code issuer} count, which every one needs: Kubernetes
     * sets others for a Service of that name.
     */
    static ConfiguredNames names(Config config, Map<String, String> environment) {
        return new ConfiguredNames(
                IntrospectionKeys.PREFIX, Set.of(IntrospectionKeys.ISSUER.name()), config, environment);
    }

    static KeyReader keys(Config config, String name) {
        return new KeyReader(config, IntrospectionKeys.PREFIX + name + ".");
    }

    /** Replaces the name of an issuer by its placeholder: it may exist in another profile only. */
    static String withPlaceholder(String key) {
        return ConfiguredNames.replaceName(IntrospectionKeys.PREFIX, key, IntrospectionKeys.ANY);
    }

    /** Returns null if the issuer is missing, and reports that as a violation. */
    static @Nullable IntrospectionSettings read(KeyReader keys) {
        URI issuer = keys.read(IntrospectionKeys.ISSUER);
        CheckMethod method = keys.read(IntrospectionKeys.METHOD);
        Set<String> audience = audience(keys);
        Set<String> algorithms = algorithms(keys);
        Duration leeway = keys.read(IntrospectionKeys.LEEWAY);
        String tokenType = keys.read(IntrospectionKeys.TOKEN_TYPE);
        String scope = keys.read(IntrospectionKeys.REQUIRED_SCOPE);
        Map<String, String> claims = claims(keys);
        Duration timeout = keys.read(IntrospectionKeys.TIMEOUT);
        Duration connectTimeout = keys.read(IntrospectionKeys.CONNECT_TIMEOUT);
        URI jwksUri = keys.read(IntrospectionKeys.JWKS_URI);
        Duration maxAge = keys.read(IntrospectionKeys.KEYS_MAX_AGE);
        KeySetSettings keySet = new KeySetSettings(
                jwksUri,
                keys.read(IntrospectionKeys.KEYS_REFRESH),
                maxAge,
                keys.read(IntrospectionKeys.KEYS_TLS_CONFIGURATION_NAME));
        ServerSettings server = new ServerSettings(
                keys.read(IntrospectionKeys.SERVER_CLIENT),
                keys.read(IntrospectionKeys.SERVER_ENDPOINT),
                keys.read(IntrospectionKeys.SERVER_MAX_ANSWER_AGE));
        requireAtMost(keys, IntrospectionKeys.LEEWAY, MAX_LEEWAY);
        requireAtMost(keys, IntrospectionKeys.SERVER_MAX_ANSWER_AGE, MAX_ANSWER_AGE);
        KEYS.check(method, keys);
        keys.checkLimits();
        if (issuer == null) {
            if (!keys.isSet(IntrospectionKeys.ISSUER)) {
                keys.reject(
                        IntrospectionKeys.ISSUER,
                        "is missing: write the issuer exactly as its tokens state it, such as"
                                + " https://login.example.com");
            }
            return null;
        }
        if (issuer.getRawQuery() != null) {
            keys.reject(IntrospectionKeys.ISSUER, "must have no query: no issuer has one");
        }
        return new IntrospectionSettings(
                issuer,
                method,
                audience,
                algorithms,
                leeway,
                tokenType,
                words(scope),
                claims,
                connectTimeout,
                timeout,
                keySet,
                server);
    }

    private static Set<String> words(@Nullable String text) {
        return text == null
                ? Set.of()
                : Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty()).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> audience(KeyReader keys) {
        Set<String> audience = Set.copyOf(keys.read(IntrospectionKeys.AUDIENCE));
        boolean any = keys.read(IntrospectionKeys.ANY_AUDIENCE);
        if (audience.isEmpty() && !any) {
            keys.reject(
                    IntrospectionKeys.AUDIENCE,
                    "is missing: write the name of the application in the tokens' aud, or set {}"
                            + IntrospectionKeys.ANY_AUDIENCE + "=true");
        }
        if (!audience.isEmpty() && any) {
            keys.reject(
                    IntrospectionKeys.AUDIENCE,
                    "is not used with {}" + IntrospectionKeys.ANY_AUDIENCE + "=true: leave one out");
        }
        return audience;
    }

    private static Set<String> algorithms(KeyReader keys) {
        Set<String> algorithms = Set.copyOf(keys.read(IntrospectionKeys.ALGORITHMS));
        if (algorithms.isEmpty() || !SUPPORTED.containsAll(algorithms)) {
            keys.reject(
                    IntrospectionKeys.ALGORITHMS,
                    "names an algorithm that is not supported: write some of "
                            + SUPPORTED.stream().sorted().collect(Collectors.joining(", ")));
        }
        return algorithms;
    }

    private static Map<String, String> claims(KeyReader keys) {
        Map<String, String> claims = keys.read(IntrospectionKeys.REQUIRED_CLAIMS);
        if (claims.keySet().stream().anyMatch(name -> name.startsWith("/") && !ValueFormats.isJsonPointer(name))) {
            keys.reject(
                    IntrospectionKeys.REQUIRED_CLAIMS,
                    "names a JSON pointer that is none: write one such as /realm_access/roles");
        }
        return claims;
    }

    private static void requireAtMost(KeyReader keys, DefaultedKey<Duration> key, Duration max) {
        if (keys.read(key).compareTo(max) > 0) {
            keys.reject(key, "must not be more than " + max.toMinutes() + "m");
        }
    }
}
