package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.List;

/** The rules for what goes together with an endpoint that does not speak OAuth. */
final class RefreshEndpointChecks {

    private static final String CLIENT_SECRET_FILE = "client.secret-file";

    /** Beside those of the client and the grant. */
    private static final List<String> OAUTH = List.of(
            "provider",
            "authorization-server.issuer",
            "authorization-server.token-endpoint",
            "authorization-server.device-authorization-endpoint",
            "authorization-server.allow-plain-http-endpoints",
            "authorization-server.dead-errors",
            "authorization-server.extra-headers",
            "authorization-server.expires-at-field");

    private RefreshEndpointChecks() {}

    static void checkUnused(KeyReader keys) {
        keys.setIn(RefreshEndpointReader.GROUP)
                .forEach(key ->
                        keys.reject(key, "is not used without {}refresh-endpoint.url: leave it out or write that URL"));
    }

    static void check(TokenSettings settings, KeyReader keys) {
        OAUTH.stream().filter(keys::isSet).forEach(key -> rejectUnused(key, keys));
        keys.setIn("client.").stream()
                .filter(key -> !key.equals(CLIENT_SECRET_FILE))
                .forEach(key -> rejectUnused(key, keys));
        keys.setIn("grant.").stream().filter(key -> !key.equals("grant.type")).forEach(key -> rejectUnused(key, keys));
        if (settings.grant().type() != GrantType.REFRESH_TOKEN) {
            keys.reject("grant.type", "must be refresh_token with {}refresh-endpoint.url: leave one out");
        }
        if (settings.refreshEndpoint() != null) {
            checkClientSecret(
                    RefreshRequestChecks.hasClientSecret(
                            settings.refreshEndpoint().request()),
                    keys);
        }
    }

    private static void rejectUnused(String key, KeyReader keys) {
        keys.reject(key, "is not used with {}refresh-endpoint.url: leave one out");
    }

    private static void checkClientSecret(boolean used, KeyReader keys) {
        if (used && !keys.isSet(CLIENT_SECRET_FILE)) {
            keys.reject(CLIENT_SECRET_FILE, "is missing: name the file that holds what {client_secret} stands for");
        }
        if (!used && keys.isSet(CLIENT_SECRET_FILE)) {
            keys.reject(
                    CLIENT_SECRET_FILE,
                    "is not used without {client_secret} in {}refresh-endpoint.headers or {}refresh-endpoint.fields:"
                            + " leave it out");
        }
    }
}
