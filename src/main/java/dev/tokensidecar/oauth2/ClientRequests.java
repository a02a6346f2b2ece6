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

    private final Endpoint tokenEndpoint;
    private final ClientAuthentication authentication;
    private final Map<String, String> extraHeaders;
    private final HttpTransport transport;
    private final Executor blocking;
    private final InstantSource clock;

    ClientRequests(
            Endpoint tokenEndpoint,
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
    <T> Uni<T> toTokenEndpoint(Consumer<Form> fields, AnswerReader<T> reader) {
        return to(tokenEndpoint, fields, reader);
    }

    /**
     * Posts a form.
     *
     * @param endpoint where it goes; the client proves itself as at the token endpoint (RFC 8628 section 3.1)
     * @param fields fills the form for each request; may block, and fail
     */
    <T> Uni<T> to(Endpoint endpoint, Consumer<Form> fields, AnswerReader<T> reader) {
        return Uni.createFrom()
                .deferred(tokenEndpoint::locate)
                .runSubscriptionOn(blocking)
                .flatMap(audience -> endpoint.locate()
                        .flatMap(address -> new Exchange<>(endpoint, address, audience, fields, reader).run()))
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(OwnFailures::unexpected);
    }

    /** One request, and another one where the client was not let in and has something else to show. */
    private final class Exchange<T> {

        private final Endpoint endpoint;
        private final URI address;
        private final URI audience;
        private final Consumer<Form> fields;
        private final AnswerReader<T> reader;

        Exchange(Endpoint endpoint, URI address, URI audience, Consumer<Form> fields, AnswerReader<T> reader) {
            this.endpoint = endpoint;
            this.address = address;
            this.audience = audience;
            this.fields = fields;
            this.reader = reader;
        }

        Uni<T> run() {
            return proofs().flatMap(proofs -> request(new Proving(proofs, List.of(), false)));
        }

        /** A server that refuses the client has done nothing with the refresh token, so another proof may follow. */
        private Uni<T> request(Proving proving) {
            ClientProof proof = proving.next();
            return proof == null
                    ? Uni.createFrom().failure(proving.refusal())
                    : post(proof)
                            .onFailure(ClientRequests::refusesClient)
                            .recoverWithUni(refusal -> another(proving.refused(proof, (RefreshFailure) refusal))
                                    .flatMap(this::request));
        }

        /** When all proofs are refused, the secret is read once more: it may have been replaced meanwhile. */
        private Uni<Proving> another(Proving proving) {
            return proving.next() != null || proving.readAgain()
                    ? Uni.createFrom().item(proving)
                    : proofs().map(proving::having);
        }

        private Uni<List<ClientProof>> proofs() {
            return Uni.createFrom().item(() -> authentication.proofs(audience)).runSubscriptionOn(blocking);
        }

        private Uni<T> post(ClientProof proof) {
            return Uni.createFrom()
                    .item(() -> form(proof))
                    .runSubscriptionOn(blocking)
                    .flatMap(form -> transport
                            .send(address, new HttpQuestion(HttpMethod.POST, headers(proof), form.body()))
                            .map(answer -> read(answer, scrubber(form, proof))));
        }

        private Form form(ClientProof proof) {
            Form form = new Form();
            fields.accept(form);
            proof.parameters().forEach((name, value) -> form.add(name, value.reveal()));
            return form;
        }

        private T read(HttpAnswer answer, Scrubber scrubber) {
            if (answer.status() == 404 || answer.status() == 405) {
                endpoint.forget();
            }
            return reader.read(answer, scrubber, clock.instant());
        }
    }

    private Map<String, Secret> headers(ClientProof proof) {
        Map<String, Secret> headers = new HashMap<>();
        extraHeaders.forEach((name, value) -> headers.put(name, Secret.of(value)));
        if (proof.authorization() != null) {
            headers.put("Authorization", proof.authorization());
        }
        return headers;
    }

    private static Scrubber scrubber(Form form, ClientProof proof) {
        List<Secret> sent = new ArrayList<>(proof.secrets());
        sent.addAll(form.secrets());
        return new Scrubber(sent);
    }

    private static boolean refusesClient(Throwable failure) {
        return failure instanceof RefreshFailure refusal && ErrorClassifier.clientRefused(refusal);
    }
}
