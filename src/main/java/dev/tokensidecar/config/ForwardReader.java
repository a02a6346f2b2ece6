package dev.tokensidecar.config;

import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.ForwardSettings.Expired;
import dev.tokensidecar.config.ForwardSettings.LimitSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one way to an API; each has its one place here. */
final class ForwardReader {

    /** Before the name in every key. */
    static final String PREFIX = "sidecar.forward.";

    /** What the keys of any of them begin with, where it is about none in particular. */
    static final String ANY = PREFIX + "<name>.";

    private static final String TARGET = "target";
    private static final int USUAL_PORT = 8192;
    private static final int KEPT_BODY = 64 * 1024;
    private static final List<String> EXPIRED = List.of("expired-status", "expired-pointer", "expired-text");

    private ForwardReader() {}

    /** By the variable of a target, which each of them has: Kubernetes makes others for a Service that is called so. */
    static ConfiguredNames names(Config config, Map<String, String> environment) {
        return new ConfiguredNames(PREFIX, Set.of(TARGET), config, environment);
    }

    static KeyReader keys(Config config, String name) {
        return new KeyReader(config, PREFIX + name + ".");
    }

    /** The same key of any of them, for one that may be set in another profile only. */
    static String unnamed(String key) {
        return ConfiguredNames.unnamed(PREFIX, key, ANY);
    }

    /** Null if there is no target, which is told as a violation. */
    static @Nullable ForwardSettings read(String name, KeyReader keys) {
        URI target = keys.httpUri(TARGET);
        String token = keys.text("token", SidecarSettings.DEFAULT_TOKEN);
        int port = keys.port("port", USUAL_PORT);
        String listenPath = listenPath(name, port, keys);
        CallerAuthorization callerAuthorization =
                keys.oneOf("caller-authorization", CallerAuthorization.class, CallerAuthorization.REPLACE);
        Cookies cookies = keys.oneOf("cookies", Cookies.class, Cookies.DROP);
        Expired expired = expired(keys);
        LimitSettings limits = new LimitSettings(
                keys.count("max-requests", 1),
                keys.count("max-kept-body", 0, KEPT_BODY),
                keys.positive("connect-timeout", Duration.ofSeconds(2)),
                keys.positive("idle-timeout", Duration.ofMinutes(1)),
                keys.positive("body-timeout", Duration.ofMinutes(1)));
        String tls = keys.text("tls-configuration-name");
        if (target == null) {
            if (!keys.isSet(TARGET)) {
                keys.reject(TARGET, "is missing: write the URL of the API, such as https://api.example.com");
            }
            return null;
        }
        if (target.getRawQuery() != null) {
            keys.reject(TARGET, "must have no query: the requests bring their own");
        }
        return new ForwardSettings(target, token, port, listenPath, callerAuthorization, cookies, expired, limits, tls);
    }

    /** On a port of its own every path is one to the API. */
    private static String listenPath(String name, int port, KeyReader keys) {
        String written = keys.text("listen-path");
        if (written == null) {
            return port == USUAL_PORT ? "/" + name : "";
        }
        if (!ValueFormats.isHttpPath(written)) {
            keys.reject("listen-path", "cannot be used: write a path such as /" + name + ", or / for every path");
        }
        return written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
    }

    private static @Nullable Expired expired(KeyReader keys) {
        int status = keys.count("expired-status", 400, 401);
        String pointer = keys.text("expired-pointer");
        String text = keys.text("expired-text");
        if (status > 499) {
            keys.reject("expired-status", "must be at most 499: an API that refuses a request blames the request");
        }
        if (pointer != null && !ValueFormats.isJsonPointer(pointer)) {
            keys.reject("expired-pointer", "cannot be used: write a JSON pointer, such as /message");
            return null;
        }
        if (pointer != null && text != null) {
            return new Expired(status, pointer, text);
        }
        EXPIRED.stream()
                .filter(keys::isSet)
                .forEach(key -> keys.reject(
                        key, "needs {}expired-pointer and {}expired-text: write both, or leave all of them out"));
        return null;
    }
}
