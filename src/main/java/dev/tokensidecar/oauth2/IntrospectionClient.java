package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.introspection.ForeignJson;
import dev.tokensidecar.introspection.IntrospectionServer;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Asks an introspection endpoint (RFC 7662 section 2), with the client authentication of a token. Fails only with a
 * {@link RefreshFailure}.
 */
public final class IntrospectionClient implements IntrospectionServer {

    /** The token that somebody sent makes a request wrong or too large; all else in the request is always the same. */
    private static final Set<Integer> TOKEN_STATUSES = Set.of(400, 413, 414, 422);

    private static final Set<Integer> GATEWAY = Set.of(502, 503, 504);

    private final ServerEndpoint endpoint;
    private final ClientRequests requests;

    /**
     * @param endpoint where the server is asked
     * @param tokenEndpoint the audience of a client assertion
     * @param extraHeaders headers that the server expects in each request; no secrets
     * @param blocking reads files, away from the event loops
     */
    public IntrospectionClient(
            ServerEndpoint endpoint,
            ServerEndpoint tokenEndpoint,
            ClientAuthentication authentication,
            Map<String, String> extraHeaders,
            HttpTransport transport,
            Executor blocking,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.requests =
                new ClientRequests(tokenEndpoint, authentication, extraHeaders, null, transport, blocking, clock);
    }

    @Override
    public Uni<ObjectNode> introspect(Secret token) {
        return requests.postTo(
                        endpoint,
                        form -> {
                            form.add("token", token);
                            form.add("token_type_hint", "access_token");
                        },
                        IntrospectionClient::read)
                .onFailure(InvalidGrant.class)
                // the code of a rejected refresh token; a token that is not active is no error here
                .transform(failure -> new Misconfigured(failure.error(), failure.detail()));
    }

    private static ObjectNode read(InboundResponse response, Redactor redactor, Instant now) {
        if (!response.success()) {
            throw failure(response, redactor, now);
        }
        response.requireComplete();
        ObjectNode answer = ForeignJson.object(response.body());
        if (answer == null || !answer.path("active").isBoolean()) {
            throw new InvalidResponse(
                    "the introspection endpoint answered " + response.status() + " without a boolean active");
        }
        return answer;
    }

    private static RefreshFailure failure(InboundResponse response, Redactor redactor, Instant now) {
        RefreshFailure failure;
        try {
            var unused = ErrorClassifier.requireSuccess(response, redactor, ErrorDialect.standard(), now);
            return new InvalidResponse("the introspection endpoint answered " + response.status());
        } catch (RefreshFailure classified) {
            failure = classified;
        }
        int status = response.status();
        if (failure instanceof Unavailable unavailable && GATEWAY.contains(status)) {
            // whatever code is in the body: it is the server that has the problem, not the token
            return new Unavailable(
                    ErrorClassifier.httpError(status),
                    failure.detail(),
                    failure.inDoubt(),
                    unavailable.throttled(),
                    failure.retryAfter());
        }
        return TOKEN_STATUSES.contains(status)
                        && !(failure instanceof Unavailable)
                        && !ErrorClassifier.isClientAuthenticationFailure(failure)
                ? new Misconfigured(TOKEN_REJECTED, failure.detail())
                : failure;
    }
}
