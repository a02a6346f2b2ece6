package dev.tokensidecar.ingress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Predicate;

/**
 * Sends problems from Vert.x handlers, where no JAX-RS resource is involved: in the form of RFC 9457, or to an OAuth client
 * library in that of RFC 6749 section 5.2.
 */
public final class ProblemResponder {

    private final ObjectMapper json;
    private final Predicate<HttpServerRequest> tokenRequests;

    /** Creates a responder for callers that are no OAuth client libraries. */
    public ProblemResponder(ObjectMapper json) {
        this(json, request -> false);
    }

    private ProblemResponder(ObjectMapper json, Predicate<HttpServerRequest> tokenRequests) {
        this.json = json;
        this.tokenRequests = tokenRequests;
    }

    /** Creates a responder for the token interface. */
    public static ProblemResponder ofTokenInterface(ObjectMapper json) {
        return new ProblemResponder(json, TokenRequests::isOne);
    }

    public void send(RoutingContext context, ProblemResponse problem) {
        if (tokenRequests.test(context.request())) {
            send(context.response(), problem, TokenErrorBody.MEDIA_TYPE, TokenErrorBody.of(problem));
        } else {
            send(context.response(), problem);
        }
    }

    /** Sends a problem where no router is involved either. */
    public void send(HttpServerResponse response, ProblemResponse problem) {
        send(response, problem, Problem.MEDIA_TYPE, problem.body());
    }

    private void send(HttpServerResponse response, ProblemResponse problem, String mediaType, Object body) {
        response.setStatusCode(problem.kind().status);
        String retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        String challenge = problem.kind().challenge();
        if (challenge != null) {
            response.putHeader("WWW-Authenticate", challenge);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, mediaType).end(encoded(body));
    }

    private Buffer encoded(Object body) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers is always JSON", e);
        }
    }
}
