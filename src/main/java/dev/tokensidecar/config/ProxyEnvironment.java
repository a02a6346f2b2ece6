package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.ProxyAddress;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the variables that programs share for their proxies, in lower or upper case. */
final class ProxyEnvironment {

    /** Scheme and slashes may be missing. Up to the last {@code @} there are credentials. */
    private static final Pattern PROXY = Pattern.compile("(?i:http://)?(?:([^/]*)@)?([^/@]+)/?");

    private static final String FOR_ALL = "all_proxy";

    private final Map<String, String> environment;
    private final Set<String> violations = new LinkedHashSet<>();

    ProxyEnvironment(Map<String, String> environment) {
        this.environment = environment;
    }

    @Nullable ProxyAddress http() {
        return proxy("http_proxy");
    }

    @Nullable ProxyAddress https() {
        return proxy("https_proxy");
    }

    List<String> noProxy() {
        String name = name("no_proxy");
        return name == null ? List.of() : List.of(value(name).split("[,\\s]+"));
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** Returns the variables that have a value, without credentials. */
    List<EffectiveKey> effective() {
        return Stream.of("http_proxy", "https_proxy", FOR_ALL, "no_proxy")
                .flatMap(lowerCase -> Stream.ofNullable(name(lowerCase)))
                .map(name ->
                        new EffectiveKey(name, ShownValue.ofProxy(value(name)), EffectiveKey.Origin.ENVIRONMENT, name))
                .toList();
    }

    private @Nullable ProxyAddress proxy(String lowerCase) {
        String ofScheme = name(lowerCase);
        String name = ofScheme == null ? name(FOR_ALL) : ofScheme;
        if (name == null) {
            return null;
        }
        Matcher parts = PROXY.matcher(value(name));
        ProxyAddress proxy = parts.matches() ? parse(parts.group(1), parts.group(2)) : null;
        if (proxy == null) {
            violations.add("environment variable " + name + " cannot be used: write http://host:port, or"
                    + " http://user:password@host:port, or set " + ProxyKeys.PREFIX + ProxyKeys.URL.name());
        }
        return proxy;
    }

    private static @Nullable ProxyAddress parse(@Nullable String credentials, String hostAndPort) {
        try {
            URI server = new URI("http://" + hostAndPort);
            if (!Authority.isUsable(server)) {
                return null;
            }
            String decoded = credentials == null ? "" : decode(credentials);
            return new ProxyAddress(Authority.of(server), decoded.isEmpty() ? null : Secret.of(decoded));
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            return null;
        }
    }

    /** Decodes percent-encoding. A plus sign is itself, unlike in a form. */
    private static String decode(String credentials) {
        return URLDecoder.decode(credentials.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Returns the name of a variable that has a value, in lower case if both do. */
    private @Nullable String name(String lowerCase) {
        String upperCase = lowerCase.toUpperCase(Locale.ROOT);
        if (!value(lowerCase).isEmpty()) {
            return lowerCase;
        }
        return value(upperCase).isEmpty() ? null : upperCase;
    }

    private String value(String name) {
        return environment.getOrDefault(name, "").strip();
    }
}
