package dev.tokensidecar.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Which tokens are configured. */
final class TokenNames {

    /** Before the name in the keys of a named token. */
    static final String PREFIX = "sidecar.tokens.";

    /** Every misspelt variable that ends in FILE would name a token otherwise; a token has other keys as well. */
    private final ConfiguredNames named;

    private final boolean needsDefault;

    /** @param keys every key that the token behind {@code /token} can have, with its prefix */
    TokenNames(Config config, Map<String, String> environment, Set<String> keys) {
        Set<String> telling = ConfiguredNames.endings(keys, SettingsReader.TOKEN).stream()
                .filter(key -> !key.startsWith(TokenFileKeys.FILE.name()))
                .collect(Collectors.toSet());
        named = new ConfiguredNames(PREFIX, telling, config, environment);
        boolean defaultIsSet =
                ConfiguredNames.setKeys(config).stream().anyMatch(key -> key.startsWith(SettingsReader.TOKEN))
                        || keys.stream()
                                .filter(key -> key.startsWith(SettingsReader.TOKEN))
                                .anyMatch(key -> environment.containsKey(UnknownKeys.variable(key)));
        needsDefault = defaultIsSet || others().isEmpty();
    }

    /** The names of all tokens; the one behind {@code /token} comes first, and is there unless only others are. */
    List<String> all() {
        return Stream.concat(
                        needsDefault ? Stream.of(SidecarSettings.DEFAULT_TOKEN) : Stream.empty(), others().stream())
                .toList();
    }

    private List<String> others() {
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

    /** The same key of the token behind {@code /token}, for one that may be set in another profile only. */
    static String unnamed(String key) {
        return ConfiguredNames.unnamed(PREFIX, key, SettingsReader.TOKEN);
    }
}
