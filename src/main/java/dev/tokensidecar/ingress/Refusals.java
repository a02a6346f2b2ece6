package dev.tokensidecar.ingress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends refusals where no resource is asked. */
public final class Refusals {

    private final ObjectMapper json;

    public Refusals(ObjectMapper json) {
        this.json = json;
    }

    public void send(RoutingContext context, Refusal refusal) {
        send(context.response(), refusal);
    }

    /** Sends it where there is no router either. */
    void send(HttpServerResponse response, Refusal refusal) {
        response.setStatusCode(refusal.kind().status);
        String retryAfter = refusal.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE).end(body(refusal));
    }

    private Buffer body(Refusal refusal) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(refusal.body()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers is always JSON", e);
        }
    }
}
