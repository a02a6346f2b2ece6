package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.OutboundRequest;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.BoundKey;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Posts forms with client authentication. Fails only with a {@link RefreshFailure}. */
final class ClientRequests {

    private final ServerEndpoint tokenEndpoint;
    private final ClientAuthentication authentication;
    private final Map<String, String> extraHeaders;
    private final @Nullable Dpop dpop;
    private final HttpTransport transport;
    private final Executor blocking;
    private final InstantSource clock;

    /** @param dpop proves the possession of a key in token requests; null for requests without proofs */
    ClientRequests(
            ServerEndpoint tokenEndpoint,
            ClientAuthentication authentication,
            Map<String, String> extraHeaders,
            @Nullable Dpop dpop,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.tokenEndpoint = tokenEndpoint;
        this.authentication = authentication;
        this.extraHeaders = extraHeaders;
        this.dpop = dpop;
        this.transport = transport;
        this.blocking = blocking;
        this.clock = clock;
    }

    /**
     * Posts a form to the token endpoint.
     *
     * @param presented the key that obtained the refresh token in the form; null without one
     * @param fields fills the form for each request; may block and fail
     */
    <T> Uni<T> postToTokenEndpoint(@Nullable BoundKey presented, Consumer<Form> fields, ProvenReader<T> reader) {
        Dpop proving = dpop;
        return post(
                tokenEndpoint,
                address -> proving == null
                        ? null
                        : new TokenRequestProofs(proving.keys().forRequest(presented), proving.nonces(), address),
                fields,
                reader);
    }

    /**
     * Posts a form to another endpoint, without a proof.
     *
     * @param endpoint the destination; the client authenticates as at the token endpoint (RFC 8628 section 3.1)
     * @param fields fills the form for each request; may block and fail
     */
    <T> Uni<T> postTo(ServerEndpoint endpoint, Consumer<Form> fields, ResponseReader<T> reader) {
        return post(
                endpoint, none -> null, fields, (response, redactor, now, key) -> reader.read(response, redactor, now));
    }

    /** @param proofs makes the proofs for an address; may block and fail; null for none */
    private <T> Uni<T> post(
            ServerEndpoint endpoint,
            Function<URI, @Nullable TokenRequestProofs> proofs,
            Consumer<Form> fields,
            ProvenReader<T> reader) {
        return Uni.createFrom()
                .deferred(tokenEndpoint::locate)
                .runSubscriptionOn(blocking)
                .flatMap(audience -> endpoint.locate()
                        .flatMap(address ->
                                new ClientExchange<>(endpoint, address, audience, proofs, fields, reader).run()))
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    /** One request, repeated with the next credentials if client authentication fails. */
    private final class ClientExchange<T> {

        private final ServerEndpoint endpoint;
        private final URI address;
        private final URI audience;
        private final Function<URI, @Nullable TokenRequestProofs> proving;
        private final Consumer<Form> fields;
        private final ProvenReader<T> reader;
        private @Nullable TokenRequestProofs proofs;

        ClientExchange(
                ServerEndpoint endpoint,
                URI address,
                URI audience,
                Function<URI, @Nullable TokenRequestProofs> proving,
                Consumer<Form> fields,
                ProvenReader<T> reader) {
            this.endpoint = endpoint;
            this.address = address;
            this.audience = audience;
            this.proving = proving;
            this.fields = fields;
            this.reader = reader;
        }

        Uni<T> run() {
            return Uni.createFrom()
                    .item(this::begin)
                    .runSubscriptionOn(blocking)
                    .flatMap(credentials ->
                            authenticate(new ClientAuthenticationAttempt(credentials, List.of(), false)));
        }

        private List<ClientAuthenticationParameters> begin() {
            proofs = proving.apply(address);
            return authentication.candidates(audience);
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
                    : RefreshFailure.Misconfigured.explained(failure.error(), failure.detail() + credentials.hint());
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

        /** Sends the request once more if the server wants a nonce: it has not processed the first one. */
        private Uni<T> post(ClientAuthenticationParameters credentials) {
            return send(credentials)
                    .flatMap(answered -> proofs != null && proofs.isRepeatDemanded(answered.response())
                            ? readCredentials().flatMap(latest -> post(renewed(credentials, latest)))
                            : Uni.createFrom().item(() -> read(answered)));
        }

        /** The server may remember an assertion of the first request, and reject it as a replay. */
        private static ClientAuthenticationParameters renewed(
                ClientAuthenticationParameters sent, List<ClientAuthenticationParameters> latest) {
            return latest.stream()
                    .filter(candidate -> candidate.origin().equals(sent.origin()))
                    .findFirst()
                    .orElse(sent);
        }

        private Uni<Answered> send(ClientAuthenticationParameters credentials) {
            return Uni.createFrom()
                    .item(() -> form(credentials))
                    .runSubscriptionOn(blocking)
                    .flatMap(form -> transport
                            .send(
                                    address,
                                    new OutboundRequest(HttpMethod.POST, headers(credentials, proofs), form.body()))
                            .map(response -> new Answered(response, redactor(form, credentials))));
        }

        private Form form(ClientAuthenticationParameters credentials) {
            Form form = new Form();
            fields.accept(form);
            credentials.parameters().forEach((name, value) -> {
                // an authorization request has the client id anyway (RFC 9126 section 2.1)
                if (!form.has(name)) {
                    form.add(name, value.reveal());
                }
            });
            return form;
        }

        private T read(Answered answered) {
            int status = answered.response().status();
            if (status == 404 || status == 405) {
                endpoint.invalidate();
            }
            return reader.read(
                    answered.response(), answered.redactor(), clock.instant(), proofs == null ? null : proofs.key());
        }
    }

    /** @param redactor knows the credentials in the request */
    private record Answered(InboundResponse response, Redactor redactor) {}

    private Map<String, Secret> headers(
            ClientAuthenticationParameters credentials, @Nullable TokenRequestProofs proofs) {
        Map<String, Secret> headers = new HashMap<>();
        extraHeaders.forEach((name, value) -> headers.put(name, Secret.of(value)));
        if (credentials.authorization() != null) {
            headers.put("Authorization", credentials.authorization());
        }
        if (proofs != null) {
            headers.put("DPoP", proofs.next());
        }
        return headers;
    }

    private static Redactor redactor(Form form, ClientAuthenticationParameters credentials) {
        List<Secret> sent = new ArrayList<>(credentials.secrets());
        sent.addAll(form.secrets());
        return new Redactor(sent);
    }
}
