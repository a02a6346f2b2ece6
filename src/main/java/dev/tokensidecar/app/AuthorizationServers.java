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
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

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

    AuthorizationServer make(TokenSettings settings) {
        TokenSettings.AuthorizationServer server = settings.authorizationServer();
        requireTls(server.tlsConfigurationName());
        HttpTransport transport =
                new HttpTransport(vertx, () -> options(server), server.connectTimeout(), server.timeout());
        return new TokenEndpointClient(
                endpoint(server, transport),
                authentication(settings.client()),
                grant(settings.grant()),
                new Lifetimes(unit(server.expiresInUnit()), server.expiresAtField()),
                transport,
                workers,
                clock);
    }

    /** A misspelt name must not mean the default trust and no client certificate. */
    private void requireTls(@Nullable String name) {
        if (name != null && tls.get(name).isEmpty()) {
            throw new ConfigurationException(SettingsReader.TOKEN + "authorization-server.tls-configuration-name"
                    + " names a TLS configuration that does not exist: set quarkus.tls.<name>.* or correct the name");
        }
    }

    /** Asked for at each exchange, so that renewed certificates come into force. */
    private HttpClientOptions options(TokenSettings.AuthorizationServer server) {
        HttpClientOptions options = new HttpClientOptions();
        String name = server.tlsConfigurationName();
        Optional<TlsConfiguration> configuration = name == null ? tls.getDefault() : tls.get(name);
        configuration.ifPresent(it -> TlsConfigUtils.configure(options, it));
        URI address = server.issuer() == null ? server.tokenEndpoint() : server.issuer();
        return options.setSsl(address != null && "https".equals(address.getScheme()));
    }

    private TokenEndpoint endpoint(TokenSettings.AuthorizationServer server, HttpTransport transport) {
        return server.issuer() == null
                ? new TokenEndpoint.Fixed(Objects.requireNonNull(server.tokenEndpoint()))
                : new DiscoveredTokenEndpoint(server.issuer(), transport, clock);
    }

    private static ClientAuthentication authentication(TokenSettings.Client client) {
        return switch (client.authenticationMethod()) {
            case CLIENT_SECRET_BASIC ->
                new ClientAuthentication.ClientSecretBasic(client.id(), new SecretFile(secretFile(client)));
            case CLIENT_SECRET_POST ->
                new ClientAuthentication.ClientSecretPost(client.id(), new SecretFile(secretFile(client)));
            case NONE -> new ClientAuthentication.None(client.id());
        };
    }

    private static Path secretFile(TokenSettings.Client client) {
        return Objects.requireNonNull(client.secretFile());
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
