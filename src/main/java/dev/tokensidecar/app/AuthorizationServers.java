package dev.tokensidecar.app;

import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.exchange.ExchangeServer;
import dev.tokensidecar.oauth2.Dialect;
import dev.tokensidecar.oauth2.Dpop;
import dev.tokensidecar.oauth2.DpopKeys;
import dev.tokensidecar.oauth2.ErrorDialect;
import dev.tokensidecar.oauth2.ExchangeClient;
import dev.tokensidecar.oauth2.Grant;
import dev.tokensidecar.oauth2.Lifetimes;
import dev.tokensidecar.oauth2.RefreshEndpointClient;
import dev.tokensidecar.oauth2.ResourceTarget;
import dev.tokensidecar.oauth2.SelfSignedTokens;
import dev.tokensidecar.oauth2.TokenEndpointClient;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import dev.tokensidecar.token.AuthorizationServer;
import io.quarkus.tls.TlsConfigurationRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Builds the client of an authorization server from the settings of a token. */
final class AuthorizationServers {

    private final Transports transports;
    private final TlsConfigurationRegistry tls;
    private final Executor workers;
    private final InstantSource clock;
    private final SecureRandom random;
    private final ServerNonces nonces = new ServerNonces();

    AuthorizationServers(
            Transports transports, TlsConfigurationRegistry tls, InstantSource clock, SecureRandom random) {
        this.transports = transports;
        this.tls = tls;
        this.workers = transports.workers();
        this.clock = clock;
        this.random = random;
    }

    /** @param name the configured name of the token, for messages */
    AuthorizationServer make(String name, TokenSettings settings) {
        SignedJwts signed = new SignedJwts(clock, random);
        if (settings.grant().type() == TokenSettings.GrantType.SELF_SIGNED) {
            return new SelfSignedTokens(signed.accessToken(settings), workers);
        }
        HttpTransport transport = transport(name, settings);
        if (settings.refreshEndpoint() != null) {
            boolean assertion = settings.grant().type() == TokenSettings.GrantType.JWT_BEARER;
            return new RefreshEndpointClient(
                    settings.refreshEndpoint(),
                    settings.client().secretFile() == null ? null : ClientAuthentications.secret(settings.client()),
                    assertion ? signed.assertion(settings) : null,
                    lifetimes(settings),
                    transport,
                    workers,
                    clock);
        }
        return tokenEndpointClient(name, settings, transport, signed);
    }

    /**
     * Builds the client for a token that callers get for their users.
     *
     * @param name the configured name of the token, for messages
     * @param assertionType the type of the new tokens if they are assertions for another server; null if not
     */
    ExchangeServer exchange(String name, TokenSettings settings, @Nullable String assertionType) {
        HttpTransport transport = transport(name, settings);
        return new ExchangeClient(
                new Endpoints(name, settings, transport, clock).token(),
                new ClientAuthentications(clock, random).make(settings),
                Grants.ofCallers(settings.grant().type()),
                assertionType,
                settings.grant().extraParameters(),
                dialect(settings),
                dpop(settings.client().dpop()),
                transport,
                workers,
                clock);
    }

    @Nullable Dpop dpop(TokenSettings.@Nullable DpopSettings settings) {
        return settings == null ? null : new Dpop(keys(settings), nonces);
    }

    private DpopKeys keys(TokenSettings.DpopSettings settings) {
        ProofAlgorithm algorithm = settings.algorithm();
        return settings.keyFile() == null
                ? DpopKeys.generated(algorithm == null ? ProofAlgorithm.ES256 : algorithm, clock, random)
                : DpopKeys.ofFile(new PrivateKeyFile(settings.keyFile(), "proof key"), algorithm, clock, random);
    }

    /**
     * Returns how the sidecar sends requests to the authorization server of a token.
     *
     * @param name the configured name of the token, for messages
     */
    HttpTransport transport(String name, TokenSettings settings) {
        TokenSettings.AuthorizationServerSettings server = settings.authorizationServer();
        return transports.make(
                address(settings),
                tlsFiles(tls, name, settings),
                new TransportLimits(server.connectTimeout(), server.timeout(), server.maxResponseBody()));
    }

    /**
     * Returns the certificate files for the authorization server of a token.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException if there is no such TLS configuration, or if it lacks
     *     the certificate with which the client authenticates
     */
    static TlsFiles tlsFiles(TlsConfigurationRegistry tls, String name, TokenSettings settings) {
        String prefix = SettingsReader.prefix(name);
        TlsFiles files = new TlsFiles(
                tls,
                prefix + "authorization-server.tls-configuration-name",
                settings.authorizationServer().tlsConfigurationName());
        if (settings.client().authenticationMethod().mutualTls()) {
            files.requireClientCertificate(prefix + "client.authentication-method");
        }
        return files;
    }

    private static Lifetimes lifetimes(TokenSettings settings) {
        TokenSettings.AuthorizationServerSettings server = settings.authorizationServer();
        return new Lifetimes(unit(server.expiresInUnit()), server.expiresAtField());
    }

    private AuthorizationServer tokenEndpointClient(
            String name, TokenSettings settings, HttpTransport transport, SignedJwts signed) {
        Endpoints endpoints = new Endpoints(name, settings, transport, clock);
        return tokenEndpointClient(settings, transport, endpoints, Grants.make(settings, endpoints, signed));
    }

    /** @param grant how to get tokens without a refresh token, whatever the configured grant is */
    AuthorizationServer tokenEndpointClient(
            TokenSettings settings, HttpTransport transport, Endpoints endpoints, Grant grant) {
        return new TokenEndpointClient(
                endpoints.token(),
                new ClientAuthentications(clock, random).make(settings),
                target(settings),
                grant,
                dialect(settings),
                dpop(settings.client().dpop()),
                transport,
                workers,
                clock);
    }

    static ResourceTarget target(TokenSettings settings) {
        TokenSettings.GrantSettings grant = settings.grant();
        boolean scopeClaim =
                settings.signedAssertion() != null && settings.signedAssertion().scopeClaim();
        return new ResourceTarget(
                scopeClaim ? null : grant.scope(), grant.audience(), grant.resource(), grant.extraParameters());
    }

    static Dialect dialect(TokenSettings settings) {
        TokenSettings.AuthorizationServerSettings server = settings.authorizationServer();
        return new Dialect(
                lifetimes(settings),
                new ErrorDialect(Set.copyOf(server.deadErrors()), server.errorCode(), server.errorDescription()),
                server.extraHeaders(),
                settings.fields());
    }

    /** Returns what the sidecar asks first: an endpoint, or the issuer whose metadata names it. */
    static URI address(TokenSettings settings) {
        if (settings.refreshEndpoint() != null) {
            return settings.refreshEndpoint().address();
        }
        TokenSettings.AuthorizationServerSettings server = settings.authorizationServer();
        return server.issuer() == null ? Objects.requireNonNull(server.tokenEndpoint()) : server.issuer();
    }

    private static Lifetimes.Unit unit(TokenSettings.ExpiresInUnit unit) {
        return switch (unit) {
            case SECONDS -> Lifetimes.Unit.SECONDS;
            case MILLISECONDS -> Lifetimes.Unit.MILLISECONDS;
        };
    }
}
