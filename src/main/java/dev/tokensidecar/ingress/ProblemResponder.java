package dev.tokensidecar.ingress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends problems (RFC 9457) from Vert.x handlers, where no JAX-RS resource is involved. */
public final class ProblemResponder {

    private final ObjectMapper json;

    public ProblemResponder(ObjectMapper json) {
        this.json = json;
    }

    public void send(RoutingContext context, ProblemResponse problem) {
        send(context.response(), problem);
    }

    /** Sends a problem where no router is involved either. */
    void send(HttpServerResponse response, ProblemResponse problem) {
        response.setStatusCode(problem.kind().status);
        String retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE).end(body(problem));
    }

    private Buffer body(ProblemResponse problem) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(problem.body()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers is always JSON", e);
        }
    }
}
