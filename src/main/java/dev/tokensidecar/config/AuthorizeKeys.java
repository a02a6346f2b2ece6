package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.TEXT;

import dev.tokensidecar.config.SidecarSettings.AuthorizeSettings;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Declares and reads the group {@code sidecar.authorize}. */
final class AuthorizeKeys {

    static final String PREFIX = "sidecar.authorize.";

    /**
     * The port for the subrequests of gateways, on 127.0.0.1 and [::1]. The sidecar responds to every method and path there
     * with 200 and the token in the field {@code Authorization}, for the gateway to add to the request that it forwards.
     *
     * <p>Default: then there is no such port
     *
     * <p>When wrong: {@code is the same as quarkus.http.port: write another one}
     *
     * <p>Source: the external authorization of Envoy (HTTP), {@code auth_request} of nginx, {@code forwardAuth} of Traefik,
     * {@code forward_auth} of Caddy
     *
     * <p>Change it when a gateway in the pod calls the API. See <a href="gateways.md">gateways.md</a>.
     */
    static final OptionalKey<Integer> PORT = key("port", ValueType.PORT);

    /**
     * The token: {@code default} for the one of {@code /token}, or the name in {@code sidecar.tokens.<name>}.
     *
     * <p>Type: name of a configured token
     *
     * <p>When wrong: {@code names no configured token: write one of …}, {@code is not used without} {@code port}
     *
     * <p>Source: own choice
     *
     * <p>Change it when the API needs another audience or scope.
     */
    static final DefaultedKey<String> TOKEN = key("token", TEXT).defaultsTo(SidecarSettings.DEFAULT_TOKEN);

    /**
     * The file with the secret that the gateway sends as header {@code X-Sidecar-Secret}, or as the password of HTTP Basic.
     * Required, because this port serves requests that a gateway has received from anywhere. Read at each use; a second line
     * may contain a second secret. Without the secret the response is 403.
     *
     * <p>Default: required, if {@code port} is set
     *
     * <p>When wrong: {@code is missing}, {@code is not used without} {@code port}; at run time
     * {@code caller_secret_unreadable} in the log
     *
     * <p>Source: own choice
     *
     * <p>Change it when the file is elsewhere. Mount it into the sidecar and the gateway only.
     */
    static final OptionalKey<Path> CALLER_SECRET_FILE = key("caller-secret-file", ValueFormats.SECRET_FILE);

    private AuthorizeKeys() {}

    /** Returns null without a port. */
    static @Nullable AuthorizeSettings read(KeyReader keys) {
        Integer port = keys.read(PORT);
        String token = keys.read(TOKEN);
        Path secret = keys.read(CALLER_SECRET_FILE);
        if (!keys.isSet(PORT)) {
            Stream.<Key<?>>of(TOKEN, CALLER_SECRET_FILE)
                    .filter(keys::isSet)
                    .forEach(key ->
                            keys.reject(key, "is not used without {}" + PORT + ": leave it out or choose a port"));
            return null;
        }
        if (!keys.isSet(CALLER_SECRET_FILE)) {
            keys.reject(CALLER_SECRET_FILE, "is missing: name the file with the secret of the gateway");
        }
        return port == null || secret == null ? null : new AuthorizeSettings(port, token, secret);
    }
}
