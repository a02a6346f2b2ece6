package dev.tokensidecar.app;

import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.ClientAuthentication;
import dev.tokensidecar.oauth2.DiscoveredTokenEndpoint;
import dev.tokensidecar.oauth2.Grant;
import dev.tokensidecar.oauth2.HttpTransport;
import dev.tokensidecar.oauth2.Lifetimes;
import dev.tokensidecar.oauth2.SecretFile;
import dev.tokensidecar.oauth2.TokenEndpoint;
import dev.tokensidecar.oauth2.TokenEndpointClient;
import dev.tokensidecar.token.AuthorizationServer;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executor;

/** Turns settings into a client of the authorization server. */
final class AuthorizationServers {

    private final Vertx vertx;
    private final TlsConfigurationRegistry tls;
    private final Executor workers;
    private final InstantSource clock;

    AuthorizationServers(Vertx vertx, TlsConfigurationRegistry tls, Executor workers, InstantSource clock) {
        this.vertx = vertx;
        this.tls = tls;
        this.workers = workers;
        this.clock = clock;
    }

    /** @param name of the token, for messages */
    AuthorizationServer make(String name, TokenSettings settings) {
        TokenSettings.AuthorizationServer server = settings.authorizationServer();
        TlsFiles files = new TlsFiles(tls, SettingsReader.prefix(name), server.tlsConfigurationName());
        HttpTransport transport = new HttpTransport(
                vertx, workers, () -> options(server, files), server.connectTimeout(), server.timeout());
        return new TokenEndpointClient(
                endpoint(server, transport),
                authentication(settings.client()),
                grant(settings.grant()),
                new Lifetimes(unit(server.expiresInUnit()), server.expiresAtField()),
                transport,
                workers,
                clock);
    }

    private static HttpClientOptions options(TokenSettings.AuthorizationServer server, TlsFiles tls) {
        HttpClientOptions options = new HttpClientOptions();
        tls.configure(options);
        URI address = server.issuer() == null ? server.tokenEndpoint() : server.issuer();
        return options.setSsl(address != null && "https".equals(address.getScheme()));
    }

    private TokenEndpoint endpoint(TokenSettings.AuthorizationServer server, HttpTransport transport) {
        return server.issuer() == null
                ? new TokenEndpoint.Fixed(Objects.requireNonNull(server.tokenEndpoint()))
                : new DiscoveredTokenEndpoint(server.issuer(), transport, clock, false);
    }

    private static ClientAuthentication authentication(TokenSettings.Client client) {
        return switch (client.authenticationMethod()) {
            case CLIENT_SECRET_BASIC -> new ClientAuthentication.ClientSecretBasic(client.id(), secret(client));
            case CLIENT_SECRET_POST -> new ClientAuthentication.ClientSecretPost(client.id(), secret(client));
            case NONE -> new ClientAuthentication.ClientIdOnly(client.id());
        };
    }

    private static SecretFile secret(TokenSettings.Client client) {
        return new SecretFile(Objects.requireNonNull(client.secretFile()), "client secret");
    }

    private static Grant grant(TokenSettings.Grant grant) {
        Grant.Type type = switch (grant.type()) {
            case REFRESH_TOKEN -> Grant.Type.REFRESH_TOKEN;
            case CLIENT_CREDENTIALS -> Grant.Type.CLIENT_CREDENTIALS;
        };
        return new Grant(type, grant.scope(), grant.audience(), grant.resource(), grant.extraParameters());
    }

    private static Lifetimes.Unit unit(TokenSettings.ExpiresInUnit unit) {
        return switch (unit) {
            case SECONDS -> Lifetimes.Unit.SECONDS;
            case MILLISECONDS -> Lifetimes.Unit.MILLISECONDS;
        };
    }
}
