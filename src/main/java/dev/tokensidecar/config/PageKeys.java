package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;

import dev.tokensidecar.config.SidecarSettings.PageSettings;

/** Declares and reads the group {@code sidecar.page}. */
final class PageKeys {

    static final String PREFIX = "sidecar.page.";

    /**
     * Whether port 9191 serves the page for people: {@code http://localhost:9191/}, after
     * {@code kubectl port-forward POD 9191}. The page shows what {@code /status} shows, and no token. It accepts requests
     * only from within the pod, and costs only a few KiB per token until somebody opens it. Without it, {@code /} is {@code not_found}.
     *
     * <p>Source: own choice
     *
     * <p>Change it when people who may use {@code port-forward}, or other containers of the pod, must not see the state
     * of the tokens.
     */
    static final DefaultedKey<Boolean> ENABLED = key("enabled", FLAG).defaultsTo("true");

    private PageKeys() {}

    static PageSettings read(KeyReader keys) {
        return new PageSettings(keys.read(ENABLED));
    }
}
