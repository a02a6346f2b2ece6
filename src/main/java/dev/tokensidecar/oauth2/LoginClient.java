package dev.tokensidecar.oauth2;

import dev.tokensidecar.login.AuthorizationRequest;
import dev.tokensidecar.login.CodeVerifier;
import dev.tokensidecar.login.LoginPage;
import dev.tokensidecar.login.LoginServer;
import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The authorization code grant of one client (RFC 6749 section 4.1): the page where a person logs in, and the code. Pushes the
 * request first where the metadata offers that (RFC 9126).
 */
public final class LoginClient implements LoginServer {

    /** A browser, and the program that opens it, get it as a part of an address. */
    private static final int MAX_REQUEST_URI = 2048;

    private static final String PUSHED_REQUESTS = "pushed_authorization_request_endpoint";

    /** RFC 9207 section 3. */
    private static final String ISSUER_SENT = "authorization_response_iss_parameter_supported";

    private final String clientId;
    private final @Nullable IssuerMetadata metadata;
    private final @Nullable URI configured;
    private final ResourceTarget target;
    private final TokenResponseParser parser;
    private final ClientRequests requests;
    private final @Nullable Dpop dpop;
    private final Executor blocking;

    /**
     * @param metadata of the issuer; null if the endpoints are configured
     * @param configured the authorization endpoint, which takes precedence over the metadata; null to take it from there
     * @param target what the person is asked to grant
     * @param dpop proves the possession of a key in token requests; null for requests without proofs
     * @param blocking reads files, away from the event loops
     */
    public LoginClient(
            String clientId,
            @Nullable IssuerMetadata metadata,
            @Nullable URI configured,
            ServerEndpoint tokenEndpoint,
            ClientAuthentication authentication,
            ResourceTarget target,
            Dialect dialect,
            @Nullable Dpop dpop,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.clientId = clientId;
        this.metadata = metadata;
        this.configured = configured;
        this.target = target;
        this.parser = new TokenResponseParser(dialect);
        this.dpop = dpop;
        this.blocking = blocking;
        this.requests = new ClientRequests(
                tokenEndpoint, authentication, dialect.extraHeaders(), dpop, transport, blocking, clock);
    }

    @Override
    public Uni<LoginPage> prepare(AuthorizationRequest request) {
        return metadata == null
                ? Uni.createFrom()
                        .deferred(() -> inBrowser(required(configured), request))
                        .map(address -> new LoginPage(address, null, false))
                : metadata.fetch().flatMap(found -> prepare(found, request));
    }

    private Uni<LoginPage> prepare(ServerMetadata found, AuthorizationRequest request) {
        URI endpoint = required(configured == null ? found.authorizationEndpoint() : configured);
        URI pushed = found.optionalEndpoint(PUSHED_REQUESTS);
        Uni<URI> address = pushed == null
                ? inBrowser(endpoint, request)
                : push(new ServerEndpoint.Fixed(pushed), request).map(requestUri -> pushed(endpoint, requestUri));
        return address.map(opened -> new LoginPage(opened, found.issuer().toString(), found.states(ISSUER_SENT)));
    }

    private static URI required(@Nullable URI endpoint) {
        if (endpoint == null) {
            throw IssuerMetadata.misconfigured("the authorization server names no authorization_endpoint: set"
                    + " authorization-server.authorization-endpoint, or log in with --device");
        }
        return endpoint;
    }

    private Uni<URI> inBrowser(URI endpoint, AuthorizationRequest request) {
        return Uni.createFrom()
                .item(() -> {
                    Form form = new Form();
                    fill(form, request);
                    return withQuery(endpoint, form);
                })
                .runSubscriptionOn(blocking);
    }

    private Uni<String> push(ServerEndpoint endpoint, AuthorizationRequest request) {
        return requests.postTo(endpoint, form -> fill(form, request), LoginClient::requestUri);
    }

    /** Returns the address with the parameters that remain for the browser (RFC 9126 section 4). */
    private URI pushed(URI endpoint, String requestUri) {
        Form remaining = new Form();
        remaining.add("client_id", clientId);
        remaining.add("request_uri", requestUri);
        return withQuery(endpoint, remaining);
    }

    private static String requestUri(InboundResponse response, Redactor redactor, Instant now) {
        response.requireComplete();
        ResponseFields fields = ErrorClassifier.requireSuccess(response, redactor, ErrorDialect.standard(), now);
        String requestUri = fields == null ? null : fields.text("request_uri");
        if (requestUri == null || requestUri.length() > MAX_REQUEST_URI || UriText.read(requestUri) == null) {
            throw unusable("no usable request_uri");
        }
        if (redactor.containsSecret(requestUri)) {
            throw unusable("a credential of the client in the request_uri, which the browser would show");
        }
        return requestUri;
    }

    private static InvalidResponse unusable(String what) {
        return new InvalidResponse("the response to the pushed authorization request has " + what);
    }

    /** Adds the parameters of RFC 6749 section 4.1.1 and RFC 7636 section 4.3. Reads the key for proofs. May block. */
    private void fill(Form form, AuthorizationRequest request) {
        form.add("response_type", "code");
        form.add("client_id", clientId);
        form.add("redirect_uri", request.redirectUri().toString());
        form.add("state", request.state());
        form.add("code_challenge", request.verifier().challenge());
        form.add("code_challenge_method", CodeVerifier.METHOD);
        if (dpop != null) {
            // binds the code to the key as well (RFC 9449 section 10)
            form.add("dpop_jkt", dpop.keys().forRequest(null).bound().thumbprint());
        }
        request.parameters().values().forEach(form::add);
        target.addTo(form);
    }

    /** Keeps a query of the endpoint (RFC 6749 section 3.1). */
    private static URI withQuery(URI endpoint, Form form) {
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return URI.create(endpoint + separator + form.body().content());
    }

    @Override
    public Uni<SuccessfulResponse> redeem(Secret code, AuthorizationRequest request) {
        return requests.postToTokenEndpoint(
                null,
                form -> {
                    form.add("grant_type", "authorization_code");
                    form.add("code", code);
                    form.add("redirect_uri", request.redirectUri().toString());
                    form.add("code_verifier", request.verifier().value());
                    target.addExtraParametersTo(form);
                },
                parser);
    }
}
