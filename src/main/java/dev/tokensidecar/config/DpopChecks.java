package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.AuthorizeSettings;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks that tokens which need a proof for each request go where the sidecar sends the requests. */
final class DpopChecks {

    private static final String ENABLED = ClientDpopKeys.ENABLED + "=true";

    private DpopChecks() {}

    /** Checks the keys of one token. */
    static void check(TokenSettings settings, KeyReader keys) {
        if (settings.client().dpop() == null) {
            keys.configuredKeys(ClientDpopKeys.GROUP).stream()
                    .filter(key -> !key.equals(ClientDpopKeys.ENABLED))
                    .forEach(key ->
                            keys.reject(key, "is not used without {}" + ENABLED + ": leave it out or enable DPoP"));
        } else if (keys.isSet(TokenFileKeys.FILE)) {
            keys.reject(
                    TokenFileKeys.FILE,
                    "cannot be used with {}" + ENABLED + ": the readers of the file have no proofs, leave one out");
        }
    }

    /** Checks who uses the tokens. */
    static void check(
            Map<String, TokenSettings> tokens,
            Map<String, KeyReader> keys,
            Collection<ForwardSettings> forwards,
            @Nullable AuthorizeSettings authorize,
            KeyReader authorizeKeys) {
        tokens.forEach((name, settings) -> {
            if (settings.client().dpop() == null) {
                return;
            }
            if (forwards.stream().noneMatch(forward -> forward.token().equals(name))) {
                Objects.requireNonNull(keys.get(name))
                        .reject(
                                ClientDpopKeys.ENABLED,
                                "needs a route: such a token works through forwarding only, so write "
                                        + ForwardKeys.PREFIX + "<name>." + ForwardKeys.TARGET + " for this token, or"
                                        + " leave this key out");
            }
            if (authorize != null && authorize.token().equals(name)) {
                authorizeKeys.reject(
                        AuthorizeKeys.TOKEN,
                        "names a token with " + ENABLED + ": gateways have no proofs, name another token");
            }
        });
    }
}
