package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.DiscoveredEndpoint;
import dev.tokensidecar.oauth2.Endpoint;
import dev.tokensidecar.oauth2.HttpTransport;
import java.net.URI;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The endpoints of one authorization server: each where it is configured to be, or where the issuer says. */
final class Endpoints {

    private final TokenSettings.AuthorizationServer server;
    private final boolean mutualTls;
    private final HttpTransport transport;
    private final InstantSource clock;

    Endpoints(TokenSettings settings, HttpTransport transport, InstantSource clock) {
        this.server = settings.authorizationServer();
        this.mutualTls = settings.client().authenticationMethod().mutualTls();
        this.transport = transport;
        this.clock = clock;
    }

    Endpoint token() {
        return endpoint(server.tokenEndpoint(), DiscoveredEndpoint.TOKEN);
    }

    Endpoint deviceAuthorization() {
        return endpoint(server.deviceAuthorizationEndpoint(), DiscoveredEndpoint.DEVICE_AUTHORIZATION);
    }

    private Endpoint endpoint(@Nullable URI configured, String member) {
        return configured == null
                ? new DiscoveredEndpoint(Objects.requireNonNull(server.issuer()), member, transport, clock, mutualTls)
                : new Endpoint.Fixed(configured);
    }
}
