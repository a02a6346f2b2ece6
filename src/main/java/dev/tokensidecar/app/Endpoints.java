package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.DiscoveredEndpoint;
import dev.tokensidecar.oauth2.IssuerMetadata;
import dev.tokensidecar.oauth2.ServerEndpoint;
import dev.tokensidecar.oauth2.http.HttpTransport;
import java.net.URI;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The endpoints of one authorization server: the configured address, or the one in the metadata of the issuer. */
final class Endpoints {

    private final TokenSettings.AuthorizationServerSettings server;
    private final boolean mutualTls;
    private final Predicate<URI> plainHttp;
    private final HttpTransport transport;
    private final InstantSource clock;

    /** @param token the configured name of the token, for messages */
    Endpoints(String token, TokenSettings settings, HttpTransport transport, InstantSource clock) {
        this.server = settings.authorizationServer();
        this.mutualTls = settings.client().authenticationMethod().mutualTls();
        this.plainHttp = endpoint -> allowed(token, endpoint);
        this.transport = transport;
        this.clock = clock;
    }

    private boolean allowed(String token, URI endpoint) {
        if (server.allowPlainHttpEndpoints()) {
            Warnings.plainHttp(token, endpoint);
        }
        return server.allowPlainHttpEndpoints();
    }

    ServerEndpoint token() {
        return endpoint(server.tokenEndpoint(), DiscoveredEndpoint.TOKEN);
    }

    ServerEndpoint deviceAuthorization() {
        return endpoint(server.deviceAuthorizationEndpoint(), DiscoveredEndpoint.DEVICE_AUTHORIZATION);
    }

    /** Returns the metadata of the issuer; null if only endpoints are configured. */
    @Nullable IssuerMetadata metadata() {
        URI issuer = server.issuer();
        return issuer == null ? null : new IssuerMetadata(issuer, transport, clock, mutualTls, plainHttp);
    }

    private ServerEndpoint endpoint(@Nullable URI configured, String member) {
        return configured == null
                ? new DiscoveredEndpoint(
                        Objects.requireNonNull(server.issuer()), member, transport, clock, mutualTls, plainHttp)
                : new ServerEndpoint.Fixed(configured);
    }
}
