package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.ProxyAddress;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the variables that programs share for their proxies, in lower or upper case. */
final class ProxyEnvironment {

    /** Scheme and slashes may be missing. Up to the last {@code @} there are credentials. */
    private static final Pattern PROXY = Pattern.compile("(?i:http://)?(?:([^/]*)@)?([^/@]+)/?");

    private final Map<String, String> environment;
    private final List<String> violations = new ArrayList<>();

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
        return violations;
    }

    private @Nullable ProxyAddress proxy(String lowerCase) {
        String name = name(lowerCase);
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
            // only a URI decodes percent-encoding without taking a plus sign for a space
            String decoded = credentials == null ? "" : new URI("http://" + credentials + "@host").getUserInfo();
            return new ProxyAddress(
                    Authority.of(server), decoded == null || decoded.isEmpty() ? null : Secret.of(decoded));
        } catch (URISyntaxException malformed) {
            return null;
        }
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
