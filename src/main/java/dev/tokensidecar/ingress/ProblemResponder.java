package dev.tokensidecar.ingress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends refusals where no resource is asked. */
public final class ProblemResponder {

    private final ObjectMapper json;

    public ProblemResponder(ObjectMapper json) {
        this.json = json;
    }

    public void send(RoutingContext context, ProblemResponse refusal) {
        HttpServerResponse response = context.response().setStatusCode(refusal.kind().status);
        String retryAfter = refusal.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        try {
            byte[] body = json.writeValueAsBytes(refusal.body());
            response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE).end(Buffer.buffer(body));
        } catch (JsonProcessingException e) {
            context.fail(e);
        }
    }
}
