package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckedConnection;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.IntrospectionSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.introspection.KeySet;
import dev.tokensidecar.oauth2.KeySetClient;
import dev.tokensidecar.oauth2.ServerEndpoint;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.OutboundRequest;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks every server that the configuration names, all at the same time. Fetches public documents: metadata and keys. Sends
 * {@code OPTIONS} (RFC 9110 section 9.3.7) where there is none, and takes any response for an answer. No request carries a
 * credential.
 */
final class ConnectionInspection {

    private final Transports transports;
    private final TlsConfigurationRegistry tls;
    private final InstantSource clock;
    private final List<Uni<List<CheckedConnection>>> questions = new ArrayList<>();

    ConnectionInspection(CommandConnections connections, InstantSource clock) {
        this.transports = connections.transports();
        this.tls = connections.tls();
        this.clock = clock;
    }

    /** Returns the answers in the order of the configuration. */
    List<CheckedConnection> ask(SidecarSettings settings) {
        settings.tokens().forEach(this::token);
        settings.introspections().forEach((name, issuer) -> issuer(name, issuer, settings.tokens()));
        settings.forwards().forEach(this::forward);
        if (questions.isEmpty()) {
            return List.of();
        }
        // each question has a limit of its own
        return Uni.join().all(questions).andFailFast().await().indefinitely().stream()
                .flatMap(List::stream)
                .toList();
    }

    private void token(String name, TokenSettings token) {
        if (token.grant().type() == TokenSettings.GrantType.SELF_SIGNED) {
            return;
        }
        String subject = "token " + name;
        URI first = AuthorizationServers.address(token);
        HttpTransport transport = transport(first, AuthorizationServers.tlsFiles(tls, name, token));
        if (token.refreshEndpoint() != null) {
            questions.add(options(subject, "refresh endpoint", first, transport));
            return;
        }
        questions.add(endpoint(
                subject, "token endpoint", first, transport, way -> new Endpoints(name, token, way, clock).token()));
        if (token.grant().type() == TokenSettings.GrantType.DEVICE_CODE) {
            questions.add(endpoint(
                    subject,
                    "device authorization endpoint",
                    first,
                    transport,
                    way -> new Endpoints(name, token, way, clock).deviceAuthorization()));
        }
    }

    private void issuer(String name, IntrospectionSettings issuer, Map<String, TokenSettings> tokens) {
        String subject = "introspection " + name;
        if (issuer.method().usesKeys()) {
            HttpTransport transport = transport(issuer.keySource(), Introspections.keyTlsFiles(tls, name, issuer));
            questions.add(keySet(subject, issuer, transport));
        }
        if (issuer.method().usesServer()) {
            String client = Objects.requireNonNull(issuer.server().client());
            TokenSettings token = Objects.requireNonNull(tokens.get(client));
            HttpTransport transport =
                    transport(issuer.askedServer(), AuthorizationServers.tlsFiles(tls, client, token));
            questions.add(endpoint(
                    subject,
                    "introspection endpoint",
                    issuer.askedServer(),
                    transport,
                    way -> Introspections.serverEndpoint(client, token, issuer, way, clock)));
        }
    }

    /** An API may speak HTTP/2 only, or answer nothing without a token: only the connection counts. */
    private void forward(String name, ForwardSettings forward) {
        HttpTransport transport = transport(forward.target(), Forwarders.tlsFiles(tls, name, forward));
        ServerQuestion question = new ServerQuestion("forward " + name, "API", forward.target(), clock);
        Uni<?> request = options(forward.target(), transport.watchedBy(question))
                .onFailure(failure -> question.wasConnected())
                .recoverWithNull();
        questions.add(question.ask(request, transports.proxies()).map(List::of));
    }

    private HttpTransport transport(URI address, TlsFiles files) {
        return transports.make(address, files, ServerQuestion.LIMITS);
    }

    /** Asks for the endpoint where it is not configured, then asks it. */
    private Uni<List<CheckedConnection>> endpoint(
            String subject,
            String purpose,
            URI first,
            HttpTransport transport,
            Function<HttpTransport, ServerEndpoint> endpoints) {
        ServerQuestion discovery = new ServerQuestion(subject, "discovery of the " + purpose, first, clock);
        ServerEndpoint endpoint = endpoints.apply(transport.watchedBy(discovery));
        if (endpoint instanceof ServerEndpoint.Fixed fixed) {
            return options(subject, purpose, fixed.address(), transport);
        }
        return discovery
                .ask(endpoint.locate(), transports.proxies())
                .flatMap(discovered -> discovered.problem() == null
                        ? endpoint.locate()
                                .flatMap(found -> options(subject, purpose, found, transport))
                                .map(asked -> List.of(discovered, asked.getFirst()))
                        : Uni.createFrom().item(List.of(discovered)));
    }

    private Uni<List<CheckedConnection>> options(String subject, String purpose, URI address, HttpTransport transport) {
        ServerQuestion question = new ServerQuestion(subject, purpose, address, clock);
        return question.ask(options(address, transport.watchedBy(question)), transports.proxies())
                .map(List::of);
    }

    private static Uni<?> options(URI address, HttpTransport transport) {
        return transport.send(address, new OutboundRequest(HttpMethod.OPTIONS, Map.of(), null));
    }

    private Uni<List<CheckedConnection>> keySet(String subject, IntrospectionSettings issuer, HttpTransport transport) {
        ServerQuestion question = new ServerQuestion(subject, "key set", issuer.keySource(), clock);
        HttpTransport watched = transport.watchedBy(question);
        Uni<?> request = new KeySetClient(Introspections.keyLocation(issuer, watched, clock), watched, clock)
                .fetch()
                .invoke(ConnectionInspection::requireKeySet);
        return question.ask(request, transports.proxies()).map(List::of);
    }

    private static void requireKeySet(@Nullable String text) {
        if (text == null || KeySet.parse(text) == null) {
            throw new Misconfigured("no_key_set", "the address of the issuer's keys answered with no JWK set");
        }
    }
}
