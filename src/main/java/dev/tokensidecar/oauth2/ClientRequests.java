package dev.tokensidecar.oauth2;

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

/** Posts forms in the name of the client. Fails with a {@link RefreshFailure} only. */
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

    /** Posts a form to the token endpoint. */
    <T> Uni<T> toTokenEndpoint(Consumer<Form> fields, ResponseReader<T> reader) {
        return to(tokenEndpoint, fields, reader);
    }

    /**
     * Posts a form.
     *
     * @param endpoint where it goes; the client proves itself as at the token endpoint (RFC 8628 section 3.1)
     * @param fields fills the form for each request; may block, and fail
     */
    <T> Uni<T> to(ServerEndpoint endpoint, Consumer<Form> fields, ResponseReader<T> reader) {
        return Uni.createFrom()
                .deferred(tokenEndpoint::locate)
                .runSubscriptionOn(blocking)
                .flatMap(audience -> endpoint.locate()
                        .flatMap(address -> new ClientExchange<>(endpoint, address, audience, fields, reader).run()))
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    /** One request, and another one where the client was not let in and has something else to show. */
    private final class ClientExchange<T> {

        private final ServerEndpoint endpoint;
        private final URI address;
        private final URI audience;
        private final Consumer<Form> fields;
        private final ResponseReader<T> reader;

        ClientExchange(ServerEndpoint endpoint, URI address, URI audience, Consumer<Form> fields, ResponseReader<T> reader) {
            this.endpoint = endpoint;
            this.address = address;
            this.audience = audience;
            this.fields = fields;
            this.reader = reader;
        }

        Uni<T> run() {
            return proofs().flatMap(proofs -> request(new ClientAuthenticationAttempt(proofs, List.of(), false)));
        }

        /** A server that refuses the client has done nothing with the refresh token, so another proof may follow. */
        private Uni<T> request(ClientAuthenticationAttempt proving) {
            ClientAuthenticationParameters proof = proving.next();
            return proof == null
                    ? Uni.createFrom().failure(proving.refusal())
                    : post(proof)
                            .onFailure(ClientRequests::refusesClient)
                            .recoverWithUni(refusal -> another(proving.refused(proof, (RefreshFailure) refusal))
                                    .flatMap(this::request));
        }

        /** When all proofs are refused, the secret is read once more: it may have been replaced meanwhile. */
        private Uni<ClientAuthenticationAttempt> another(ClientAuthenticationAttempt proving) {
            return proving.next() != null || proving.readAgain()
                    ? Uni.createFrom().item(proving)
                    : proofs().map(proving::having);
        }

        private Uni<List<ClientAuthenticationParameters>> proofs() {
            return Uni.createFrom().item(() -> authentication.proofs(audience)).runSubscriptionOn(blocking);
        }

        private Uni<T> post(ClientAuthenticationParameters proof) {
            return Uni.createFrom()
                    .item(() -> form(proof))
                    .runSubscriptionOn(blocking)
                    .flatMap(form -> transport
                            .send(address, new OutboundRequest(HttpMethod.POST, headers(proof), form.body()))
                            .map(answer -> read(answer, scrubber(form, proof))));
        }

        private Form form(ClientAuthenticationParameters proof) {
            Form form = new Form();
            fields.accept(form);
            proof.parameters().forEach((name, value) -> form.add(name, value.reveal()));
            return form;
        }

        private T read(InboundResponse answer, Redactor scrubber) {
            if (answer.status() == 404 || answer.status() == 405) {
                endpoint.forget();
            }
            return reader.read(answer, scrubber, clock.instant());
        }
    }

    private Map<String, Secret> headers(ClientAuthenticationParameters proof) {
        Map<String, Secret> headers = new HashMap<>();
        extraHeaders.forEach((name, value) -> headers.put(name, Secret.of(value)));
        if (proof.authorization() != null) {
            headers.put("Authorization", proof.authorization());
        }
        return headers;
    }

    private static Redactor scrubber(Form form, ClientAuthenticationParameters proof) {
        List<Secret> sent = new ArrayList<>(proof.secrets());
        sent.addAll(form.secrets());
        return new Redactor(sent);
    }

    private static boolean refusesClient(Throwable failure) {
        return failure instanceof RefreshFailure refusal && ErrorClassifier.clientRefused(refusal);
    }
}
