package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Entrance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that callers get for their users, by name. */
public final class ConfiguredExchanges {

    private final Map<String, ConfiguredExchange> byName;

    public ConfiguredExchanges(Map<String, ConfiguredExchange> byName) {
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    Map<String, ConfiguredExchange> byName() {
        return byName;
    }

    /** Returns the token of this name; null if there is none that callers get for their users at this entrance. */
    @Nullable ConfiguredExchange find(@Nullable String name, Entrance entrance) {
        return name != null && entrance.admits(name) ? byName.get(name) : null;
    }

    /** Returns the token of this name, for a route; null if there is none that callers get for their users. */
    public @Nullable ConfiguredExchange ofRoute(String name) {
        return byName.get(name);
    }
}
