package dev.tokensidecar.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that callers get for their users, by name. */
public final class ConfiguredExchanges {

    private final Map<String, ConfiguredExchange> byName;

    public ConfiguredExchanges(Map<String, ConfiguredExchange> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** Returns the token of this name; null if there is none that callers get for their users. */
    @Nullable ConfiguredExchange find(@Nullable String name) {
        return name == null ? null : byName.get(name);
    }
}
