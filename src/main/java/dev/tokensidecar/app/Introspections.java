package dev.tokensidecar.app;

import dev.tokensidecar.config.IntrospectionSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.introspection.IntrospectionListener;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.introspection.IntrospectionService.CheckedIssuer;
import dev.tokensidecar.introspection.IssuerKeys;
import dev.tokensidecar.introspection.KeyPolicy;
import dev.tokensidecar.introspection.OpaqueTokens;
import dev.tokensidecar.introspection.TrustedIssuer;
import dev.tokensidecar.oauth2.DiscoveredEndpoint;
import dev.tokensidecar.oauth2.IntrospectionClient;
import dev.tokensidecar.oauth2.KeySetClient;
import dev.tokensidecar.oauth2.ServerEndpoint;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.telemetry.CompositeIntrospectionListener;
import dev.tokensidecar.telemetry.IntrospectionLog;
import dev.tokensidecar.telemetry.IntrospectionMetrics;
import dev.tokensidecar.token.TokenRuntime;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds the check of tokens from the settings of their issuers. */
final class Introspections {

    /** More than any set of keys, and than the claims of a user with many groups. */
    private static final int MAX_RESPONSE_BODY = 1024 * 1024;

    private final Transports transports;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry meters;
    private final TokenRuntime runtime;
    private final InstantSource clock;
    private final SecureRandom random;

    Introspections(
            Transports transports,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            TokenRuntime runtime,
            InstantSource clock,
            SecureRandom random) {
        this.transports = transports;
        this.tls = tls;
        this.meters = meters;
        this.runtime = runtime;
        this.clock = clock;
        this.random = random;
    }

    IntrospectionService make(SidecarSettings settings) {
        IntrospectionMetrics metrics =
                new IntrospectionMetrics(meters, settings.introspections().keySet());
        IntrospectionListener listener =
                new CompositeIntrospectionListener(metrics, new IntrospectionLog(runtime.time()));
        List<CheckedIssuer> issuers = settings.introspections().entrySet().stream()
                .map(issuer -> new CheckedIssuer(
                        rules(issuer.getKey(), issuer.getValue()),
                        keys(issuer.getKey(), issuer.getValue(), listener, metrics),
                        server(issuer.getKey(), issuer.getValue(), settings, listener, metrics)))
                .toList();
        return new IntrospectionService(issuers, runtime.time(), Threads.checkers(), listener);
    }

    private static TrustedIssuer rules(String name, IntrospectionSettings settings) {
        return new TrustedIssuer(
                name,
                settings.issuer().toString(),
                settings.audience(),
                settings.algorithms(),
                settings.leeway(),
                settings.requiredScope(),
                settings.requiredClaims(),
                settings.tokenType());
    }

    private @Nullable IssuerKeys keys(
            String name, IntrospectionSettings settings, IntrospectionListener listener, IntrospectionMetrics metrics) {
        if (!settings.method().usesKeys()) {
            return null;
        }
        HttpTransport transport =
                transports.make(settings.keySource(), keyTlsFiles(tls, name, settings), limits(settings));
        IssuerKeys keys = new IssuerKeys(
                name,
                new KeySetClient(keyLocation(settings, transport, clock), transport, clock),
                KeyPolicy.of(settings.keys().refresh(), settings.keys().maxAge()),
                runtime,
                listener);
        metrics.watch(name, keys);
        return keys;
    }

    private @Nullable OpaqueTokens server(
            String name,
            IntrospectionSettings settings,
            SidecarSettings all,
            IntrospectionListener listener,
            IntrospectionMetrics metrics) {
        if (!settings.method().usesServer()) {
            return null;
        }
        String client = Objects.requireNonNull(settings.server().client());
        TokenSettings token = Objects.requireNonNull(all.tokens().get(client));
        HttpTransport transport = transports.make(
                settings.askedServer(), AuthorizationServers.tlsFiles(tls, client, token), limits(settings));
        ServerEndpoint endpoint = serverEndpoint(client, token, settings, transport, clock);
        IntrospectionClient server = new IntrospectionClient(
                endpoint,
                new Endpoints(client, token, transport, clock).token(),
                new ClientAuthentications(clock, random).make(token),
                token.authorizationServer().extraHeaders(),
                transport,
                runtime.worker(),
                clock);
        metrics.watchServer(name);
        return new OpaqueTokens(name, server, settings.server().maxAnswerAge(), runtime, listener);
    }

    /** Returns the certificate files for the keys of an issuer. */
    static TlsFiles keyTlsFiles(TlsConfigurationRegistry tls, String name, IntrospectionSettings settings) {
        return new TlsFiles(
                tls,
                "sidecar.introspection." + name + ".keys.tls-configuration-name",
                settings.keys().tlsConfigurationName());
    }

    /** Others could replace keys that travel without TLS, so an issuer with TLS never has such. */
    static ServerEndpoint keyLocation(IntrospectionSettings settings, HttpTransport transport, InstantSource clock) {
        return endpoint(
                settings.keys().jwksUri(),
                settings.issuer(),
                DiscoveredEndpoint.JWKS,
                transport,
                clock,
                false,
                downgrade -> false);
    }

    /**
     * Returns where the sidecar asks the issuer about a token.
     *
     * @param client the name of the token whose client asks
     */
    static ServerEndpoint serverEndpoint(
            String client,
            TokenSettings token,
            IntrospectionSettings settings,
            HttpTransport transport,
            InstantSource clock) {
        return endpoint(
                settings.server().introspectionEndpoint(),
                settings.issuer(),
                DiscoveredEndpoint.INTROSPECTION,
                transport,
                clock,
                token.client().authenticationMethod().mutualTls(),
                plain -> {
                    boolean allowed = token.authorizationServer().allowPlainHttpEndpoints();
                    if (allowed) {
                        Warnings.plainHttp(client, plain);
                    }
                    return allowed;
                });
    }

    private static ServerEndpoint endpoint(
            @Nullable URI configured,
            URI issuer,
            String member,
            HttpTransport transport,
            InstantSource clock,
            boolean mutualTls,
            Predicate<URI> plainHttp) {
        return configured == null
                ? new DiscoveredEndpoint(issuer, member, transport, clock, mutualTls, plainHttp)
                : new ServerEndpoint.Fixed(configured);
    }

    private static TransportLimits limits(IntrospectionSettings settings) {
        return new TransportLimits(settings.connectTimeout(), settings.timeout(), MAX_RESPONSE_BODY);
    }
}
