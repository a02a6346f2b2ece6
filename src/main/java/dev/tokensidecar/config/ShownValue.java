package dev.tokensidecar.config;

import dev.tokensidecar.config.ValueType.Pairs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * Shows values without credentials. No key is meant for a credential itself, but pairs and headers may carry one, an
 * address may have a user name or a query, and whoever mixes up two keys writes one where it does not belong.
 */
final class ShownValue {

    static final String HIDDEN = "***";

    /** A JWT, or a PEM block. */
    private static final Pattern CREDENTIAL = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}|-----BEGIN ");

    private static final Pattern USER_INFO = Pattern.compile("(?<=//)[^/\\s]*@");
    private static final Pattern QUERY = Pattern.compile("(?<=\\?)\\S+");

    private ShownValue() {}

    /** Hides all of a value that the key cannot use: it may be a secret in place of the name of its file. */
    static String of(Key<?> key, String text, Config config) {
        List<String> problems = new ArrayList<>();
        Object value = key.type().parse(new RawValue(text, config, problems::add));
        if (value == null || !problems.isEmpty()) {
            return HIDDEN;
        }
        if (value instanceof Map<?, ?> pairs && key.type() instanceof Pairs) {
            return pairs.keySet().stream().map(name -> name + "=" + HIDDEN).collect(Collectors.joining(","));
        }
        return value instanceof SidecarSettings.Header header
                ? header.name() + ": " + HIDDEN
                : withoutCredentials(text);
    }

    /** Shows an address that may begin without a scheme: up to the last {@code @} there are credentials. */
    static String ofProxy(String text) {
        int credentials = text.lastIndexOf('@');
        return credentials < 0 ? text : HIDDEN + text.substring(credentials);
    }

    private static String withoutCredentials(String text) {
        if (CREDENTIAL.matcher(text).find()) {
            return HIDDEN;
        }
        String anonymous = USER_INFO.matcher(text).replaceAll(HIDDEN + "@");
        return anonymous.contains("://") ? QUERY.matcher(anonymous).replaceAll(HIDDEN) : anonymous;
    }
}
