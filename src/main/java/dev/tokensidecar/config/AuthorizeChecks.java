package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.AuthorizeSettings;
import java.util.Collection;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Checks the port for gateways against the rest of the configuration. */
final class AuthorizeChecks {

    private AuthorizeChecks() {}

    static void check(
            @Nullable AuthorizeSettings settings,
            KeyReader keys,
            Config config,
            Map<String, TokenSettings> tokens,
            Collection<ForwardSettings> forwards) {
        if (settings == null) {
            return;
        }
        References.requireFree(settings.port(), new KeyReader(config, ""), keys, AuthorizeKeys.PORT);
        if (forwards.stream().anyMatch(forward -> forward.port() == settings.port())) {
            keys.reject(AuthorizeKeys.PORT, "is the port of a route of sidecar.forward: write another one");
        }
        TokenSettings token = References.token(settings.token(), tokens, keys, AuthorizeKeys.TOKEN);
        if (token != null && token.exchange() != null) {
            keys.reject(AuthorizeKeys.TOKEN, "names a token that callers get for their users: name another token");
        }
    }
}
