package dev.tokensidecar.config;

import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.ForwardSettings.Expired;
import dev.tokensidecar.config.ForwardSettings.LimitSettings;
import dev.tokensidecar.config.ForwardSettings.Protocol;
import dev.tokensidecar.config.ForwardSettings.Subject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one route to an API. */
final class ForwardReader {

    private static final List<Key<?>> EXPIRED =
            List.of(ForwardKeys.EXPIRED_STATUS, ForwardKeys.EXPIRED_POINTER, ForwardKeys.EXPIRED_TEXT);

    private ForwardReader() {}

    /**
     * Finds the names of the routes. Of the variables, only those of {@code target} count, which every route needs:
     * Kubernetes sets others, such as {@code SIDECAR_FORWARD_ORDERS_PORT}, for a Service of that name.
     */
    static ConfiguredNames names(Config config, Map<String, String> environment) {
        return new ConfiguredNames(ForwardKeys.PREFIX, Set.of(ForwardKeys.TARGET.name()), config, environment);
    }

    static KeyReader keys(Config config, String name) {
        return new KeyReader(config, ForwardKeys.PREFIX + name + ".");
    }

    /** Replaces the name of a route by its placeholder: the route may exist in another profile only. */
    static String withPlaceholder(String key) {
        return ConfiguredNames.replaceName(ForwardKeys.PREFIX, key, ForwardKeys.ANY);
    }

    /** Returns null if the target is missing, and reports that as a violation. */
    static @Nullable ForwardSettings read(String name, KeyReader keys) {
        URI target = keys.read(ForwardKeys.TARGET);
        String token = keys.read(ForwardKeys.TOKEN);
        Subject subject = keys.read(ForwardKeys.SUBJECT);
        Protocol protocol = keys.read(ForwardKeys.PROTOCOL);
        int port = keys.read(ForwardKeys.PORT);
        String listenPath = listenPath(name, keys);
        CallerAuthorization callerAuthorization = keys.read(ForwardKeys.CALLER_AUTHORIZATION);
        Cookies cookies = keys.read(ForwardKeys.COOKIES);
        Expired expired = expired(keys);
        String expiredChallenge = keys.read(ForwardKeys.EXPIRED_CHALLENGE);
        LimitSettings limits = new LimitSettings(
                keys.read(ForwardKeys.MAX_REQUESTS),
                keys.read(ForwardKeys.MAX_KEPT_BODY),
                keys.read(ForwardKeys.CONNECT_TIMEOUT),
                keys.read(ForwardKeys.IDLE_TIMEOUT),
                keys.read(ForwardKeys.BODY_TIMEOUT));
        String tls = keys.read(ForwardKeys.TLS_CONFIGURATION_NAME);
        if (target == null) {
            if (!keys.isSet(ForwardKeys.TARGET)) {
                keys.reject(
                        ForwardKeys.TARGET, "is missing: write the URL of the API, such as https://api.example.com");
            }
            return null;
        }
        if (target.getRawQuery() != null) {
            keys.reject(ForwardKeys.TARGET, "must have no query: the requests bring their own");
        }
        return new ForwardSettings(
                target,
                token,
                subject,
                protocol,
                port,
                listenPath,
                callerAuthorization,
                cookies,
                expired,
                expiredChallenge,
                limits,
                tls);
    }

    /** By default, a route takes every path on its own port, and the path with its name on the common port. */
    private static String listenPath(String name, KeyReader keys) {
        String path = keys.read(ForwardKeys.LISTEN_PATH);
        if (path == null) {
            return keys.isDefault(ForwardKeys.PORT) ? "/" + name : "";
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static @Nullable Expired expired(KeyReader keys) {
        int status = keys.read(ForwardKeys.EXPIRED_STATUS);
        String pointer = keys.read(ForwardKeys.EXPIRED_POINTER);
        String text = keys.read(ForwardKeys.EXPIRED_TEXT);
        boolean unusable = keys.isSet(ForwardKeys.EXPIRED_POINTER) && pointer == null;
        if (status >= 300 && status < 400) {
            keys.reject(ForwardKeys.EXPIRED_STATUS, "must not be a redirect: write a status such as 200, 400 or 403");
        }
        if (pointer != null && text != null) {
            return new Expired(status, pointer, text);
        }
        if (!unusable) {
            EXPIRED.stream()
                    .filter(keys::isSet)
                    .forEach(key -> keys.reject(
                            key,
                            "needs {}" + ForwardKeys.EXPIRED_POINTER + " and {}" + ForwardKeys.EXPIRED_TEXT
                                    + ": write both, or leave all of them out"));
        }
        return null;
    }
}
