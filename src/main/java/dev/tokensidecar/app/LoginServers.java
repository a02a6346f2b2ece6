package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.login.LoginServer;
import dev.tokensidecar.oauth2.ClientAuthentication;
import dev.tokensidecar.oauth2.Grant;
import dev.tokensidecar.oauth2.LoginClient;
import dev.tokensidecar.oauth2.ServerEndpoint;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.token.AuthorizationServer;
import java.net.URI;
import java.util.Objects;

/** Builds the clients for a person who logs in, whatever the grant of the token is. The server loads nothing of this. */
final class LoginServers {

    /** The credentials for it are sent to nobody. */
    private static final URI ANY_ENDPOINT = URI.create("https://unused.invalid/");

    private final TokenSettings settings;
    private final CommandConnections connections;
    private final AuthorizationServers servers;
    private final HttpTransport transport;
    private final Endpoints endpoints;

    /** @param name the configured name of the token, for messages */
    LoginServers(String name, TokenSettings settings, CommandConnections connections) {
        this.settings = settings;
        this.connections = connections;
        this.servers = connections.servers();
        this.transport = servers.transport(name, settings);
        this.endpoints = new Endpoints(name, settings, transport, connections.clock());
    }

    /** Whether anything names the endpoint for other devices: the configuration, or perhaps the metadata. */
    boolean mayHaveDeviceEndpoint() {
        return settings.authorizationServer().issuer() != null
                || settings.authorizationServer().deviceAuthorizationEndpoint() != null;
    }

    /**
     * Reads the secret or the key of the client.
     *
     * @throws dev.tokensidecar.token.RefreshFailure.Misconfigured if one cannot be used
     */
    void requireCredentials() {
        var unused = authentication().candidates(ANY_ENDPOINT);
    }

    private ClientAuthentication authentication() {
        return new ClientAuthentications(connections.clock(), connections.random()).make(settings);
    }

    /** Returns where the device grant begins. */
    ServerEndpoint deviceEndpoint() {
        return endpoints.deviceAuthorization();
    }

    /** For a person with another device. */
    AuthorizationServer device() {
        return servers.tokenEndpointClient(settings, transport, endpoints, new Grant.DeviceCodeGrant(deviceEndpoint()));
    }

    /** For a person with a browser. */
    LoginServer browser() {
        return new LoginClient(
                Objects.requireNonNull(settings.client().id()),
                endpoints.metadata(),
                settings.authorizationServer().authorizationEndpoint(),
                endpoints.token(),
                authentication(),
                AuthorizationServers.target(settings),
                AuthorizationServers.dialect(settings),
                servers.dpop(settings.client().dpop()),
                transport,
                connections.workers(),
                connections.clock());
    }
}
