package dev.tokensidecar.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenServices;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The table of configured tokens. The sidecar builds it once; every path that serves tokens looks them up here. */
public final class ConfiguredTokens {

    private final Map<String, ConfiguredToken> byName;

    /**
     * Builds the table.
     *
     * @param parameters the reader of request parameters for each token, by the token's name
     */
    public ConfiguredTokens(
            TokenServices services, Map<String, RequestParameters> parameters, ObjectMapper json, TimeSource time) {
        Map<String, ConfiguredToken> tokens = new LinkedHashMap<>();
        services.byName().forEach((name, service) -> {
            RequestParameters reader = Objects.requireNonNull(parameters.get(name));
            tokens.put(name, ConfiguredToken.of(name, service, reader, json, time));
        });
        this.byName = Collections.unmodifiableMap(tokens);
    }

    /**
     * Returns the token with this name.
     *
     * @throws UnknownToken if no token with this name is configured, or callers may not ask for it at this entrance
     */
    ConfiguredToken get(String name, Entrance entrance) {
        ConfiguredToken token = byName.get(name);
        if (token == null || !entrance.admits(name)) {
            throw new UnknownToken();
        }
        return token;
    }

    Map<String, ConfiguredToken> byName() {
        return byName;
    }
}
