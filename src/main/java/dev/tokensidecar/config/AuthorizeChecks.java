package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.AuthorizeSettings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Checks the port for gateways against the rest of the configuration. */
final class AuthorizeChecks {

    private static final List<DefaultedKey<Integer>> OTHER_PORTS =
            List.of(QuarkusKeys.HTTP_PORT, QuarkusKeys.MANAGEMENT_PORT);

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
        KeyReader process = new KeyReader(config, "");
        OTHER_PORTS.stream()
                .filter(key -> process.read(key) == settings.port())
                .forEach(key -> keys.reject(AuthorizeKeys.PORT, "is the same as " + key + ": write another one"));
        if (forwards.stream().anyMatch(forward -> forward.port() == settings.port())) {
            keys.reject(AuthorizeKeys.PORT, "is the port of a route of sidecar.forward: write another one");
        }
        TokenSettings token = tokens.get(settings.token());
        if (token == null) {
            keys.reject(
                    AuthorizeKeys.TOKEN,
                    "names no configured token: write one of " + String.join(", ", tokens.keySet())
                            + ", or configure it");
        } else if (token.exchange() != null) {
            keys.reject(AuthorizeKeys.TOKEN, "names a token that callers get for their users: name another token");
        }
    }
}
