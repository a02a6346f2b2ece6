package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.OutboundRequest;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Posts forms with client authentication. Fails only with a {@link RefreshFailure}. */
final class ClientRequests {

    private final ServerEndpoint tokenEndpoint;
    private final ClientAuthentication authentication;
    private final Map<String, String> extraHeaders;
    private final HttpTransport transport;
    private final Executor blocking;
    private final InstantSource clock;

    ClientRequests(
            ServerEndpoint tokenEndpoint,
            ClientAuthentication authentication,
            Map<String, String> extraHeaders,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.tokenEndpoint = tokenEndpoint;
        this.authentication = authentication;
        this.extraHeaders = extraHeaders;
        this.transport = transport;
        this.blocking = blocking;
        this.clock = clock;
    }

    <T> Uni<T> postToTokenEndpoint(Consumer<Form> fields, ResponseReader<T> reader) {
        return postTo(tokenEndpoint, fields, reader);
    }

    /**
     * Posts a form.
     *
     * @param endpoint the destination; the client authenticates as at the token endpoint (RFC 8628 section 3.1)
     * @param fields fills the form for each request; may block and fail
     */
    <T> Uni<T> postTo(ServerEndpoint endpoint, Consumer<Form> fields, ResponseReader<T> reader) {
        return Uni.createFrom()
                .deferred(tokenEndpoint::locate)
                .runSubscriptionOn(blocking)
                .flatMap(audience -> endpoint.locate()
                        .flatMap(address -> new ClientExchange<>(endpoint, address, audience, fields, reader).run()))
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    /** One request, repeated with the next credentials if client authentication fails. */
    private final class ClientExchange<T> {

        private final ServerEndpoint endpoint;
        private final URI address;
        private final URI audience;
        private final Consumer<Form> fields;
        private final ResponseReader<T> reader;

        ClientExchange(
                ServerEndpoint endpoint, URI address, URI audience, Consumer<Form> fields, ResponseReader<T> reader) {
            this.endpoint = endpoint;
            this.address = address;
            this.audience = audience;
            this.fields = fields;
            this.reader = reader;
        }

        Uni<T> run() {
            return readCredentials()
                    .flatMap(credentials ->
                            authenticate(new ClientAuthenticationAttempt(credentials, List.of(), false)));
        }

        /** Safe to repeat: a server that does not accept the client has not used the refresh token. */
        private Uni<T> authenticate(ClientAuthenticationAttempt attempt) {
            ClientAuthenticationParameters credentials = attempt.next();
            return credentials == null
                    ? Uni.createFrom().failure(attempt.lastFailure())
                    : post(credentials)
                            .onFailure(ErrorClassifier::isClientAuthenticationFailure)
                            .recoverWithUni(failure -> rereadIfExhausted(
                                            attempt.withRejected(credentials, explained(credentials, failure)))
                                    .flatMap(this::authenticate));
        }

        private static RefreshFailure explained(ClientAuthenticationParameters credentials, Throwable rejection) {
            RefreshFailure failure = (RefreshFailure) rejection;
            return credentials.hint().isEmpty()
                    ? failure
                    : new RefreshFailure.Misconfigured(failure.error(), failure.detail() + credentials.hint());
        }

        /** Reads the secret once more when all credentials have failed: it may have been replaced meanwhile. */
        private Uni<ClientAuthenticationAttempt> rereadIfExhausted(ClientAuthenticationAttempt attempt) {
            return attempt.next() != null || attempt.reread()
                    ? Uni.createFrom().item(attempt)
                    : readCredentials().map(attempt::withReread);
        }

        private Uni<List<ClientAuthenticationParameters>> readCredentials() {
            return Uni.createFrom()
                    .item(() -> authentication.candidates(audience))
                    .runSubscriptionOn(blocking);
        }

        private Uni<T> post(ClientAuthenticationParameters credentials) {
            return Uni.createFrom()
                    .item(() -> form(credentials))
                    .runSubscriptionOn(blocking)
                    .flatMap(form -> transport
                            .send(address, new OutboundRequest(HttpMethod.POST, headers(credentials), form.body()))
                            .map(response -> read(response, redactor(form, credentials))));
        }

        private Form form(ClientAuthenticationParameters credentials) {
            Form form = new Form();
            fields.accept(form);
            credentials.parameters().forEach((name, value) -> form.add(name, value.reveal()));
            return form;
        }

        private T read(InboundResponse response, Redactor redactor) {
            if (response.status() == 404 || response.status() == 405) {
                endpoint.invalidate();
            }
            return reader.read(response, redactor, clock.instant());
        }
    }

    private Map<String, Secret> headers(ClientAuthenticationParameters credentials) {
        Map<String, Secret> headers = new HashMap<>();
        extraHeaders.forEach((name, value) -> headers.put(name, Secret.of(value)));
        if (credentials.authorization() != null) {
            headers.put("Authorization", credentials.authorization());
        }
        return headers;
    }

    private static Redactor redactor(Form form, ClientAuthenticationParameters credentials) {
        List<Secret> sent = new ArrayList<>(credentials.secrets());
        sent.addAll(form.secrets());
        return new Redactor(sent);
    }
}
