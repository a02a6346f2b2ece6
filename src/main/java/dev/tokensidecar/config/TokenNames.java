package dev.tokensidecar.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Finds the names of the configured tokens. */
final class TokenNames {

    /** Precedes the name in the keys of a named token. */
    static final String PREFIX = "sidecar.tokens.";

    private final ConfiguredNames named;
    private final boolean hasDefault;

    /**
     * Reads all sources. The keys of the token file do not identify a token: otherwise every misspelt variable that ends
     * with {@code _FILE} would name one.
     *
     * @param keys the full names of all keys
     * @param required whether there has to be a token: the default one, if no other is configured
     */
    TokenNames(Config config, Map<String, String> environment, Set<String> keys, boolean required) {
        Set<String> identifying = ConfiguredNames.withoutPrefix(keys, SettingsReader.TOKEN).stream()
                .filter(key -> !key.startsWith(TokenFileKeys.FILE.name()))
                .collect(Collectors.toSet());
        named = new ConfiguredNames(PREFIX, identifying, config, environment);
        boolean defaultIsSet =
                ConfiguredNames.configuredKeys(config).stream().anyMatch(key -> key.startsWith(SettingsReader.TOKEN))
                        || keys.stream()
                                .filter(key -> key.startsWith(SettingsReader.TOKEN))
                                .anyMatch(key -> environment.containsKey(UnknownKeys.variable(key)));
        hasDefault = defaultIsSet || (required && namedTokens().isEmpty());
    }

    /** Returns the names of all tokens. The default token comes first; it is omitted if it has no key and is not required. */
    List<String> all() {
        return Stream.concat(
                        hasDefault ? Stream.of(SidecarSettings.DEFAULT_TOKEN) : Stream.empty(), namedTokens().stream())
                .toList();
    }

    private List<String> namedTokens() {
        return named.all().stream()
                .filter(name -> !name.equals(SidecarSettings.DEFAULT_TOKEN))
                .toList();
    }

    Set<String> violations() {
        Set<String> violations = new LinkedHashSet<>(named.violations());
        if (named.all().contains(SidecarSettings.DEFAULT_TOKEN)) {
            violations.add(PREFIX + SidecarSettings.DEFAULT_TOKEN + " is the token of /token: write "
                    + SettingsReader.TOKEN + "* for it");
        }
        return violations;
    }

    /** Replaces the prefix of a named token by that of the default token: the token may exist in another profile only. */
    static String asDefaultToken(String key) {
        return ConfiguredNames.replaceName(PREFIX, key, SettingsReader.TOKEN);
    }
}
