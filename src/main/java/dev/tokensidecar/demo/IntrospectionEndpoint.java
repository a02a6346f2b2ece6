package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells confidential clients whether an access token is valid (RFC 7662). */
final class IntrospectionEndpoint {

    static final String PATH = "/introspect";

    /** The API that every access token is for. */
    static final String AUDIENCE = "demo-api";

    private final ClientRegistry clients;
    private final ProtectedApi api;
    private final Supplier<String> issuer;
    private final AtomicInteger requests = new AtomicInteger();

    IntrospectionEndpoint(ClientRegistry clients, ProtectedApi api, Supplier<String> issuer) {
        this.clients = clients;
        this.api = api;
        this.issuer = issuer;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::respond);
    }

    int requests() {
        return requests.get();
    }

    private void respond(RoutingContext exchange) {
        requests.incrementAndGet();
        TokenReply reply = handle(ReceivedRequest.of(
                exchange.request().formAttributes(), exchange.request().headers()));
        reply.headers().forEach(exchange.response()::putHeader);
        var unused = exchange.response().setStatusCode(reply.status());
        exchange.json(reply.body());
    }

    private TokenReply handle(ReceivedRequest request) {
        try {
            if (!request.wellFormed()) {
                throw TokenError.invalidRequest("the request is not a form, or repeats a field");
            }
            String clientId = clients.authenticate(request);
            if (clients.isPublic(clientId)) {
                throw TokenError.invalidClient(false);
            }
            return new TokenReply(200, Map.of(), answer(api.findValid(request.required("token"))));
        } catch (TokenError error) {
            return error.reply();
        }
    }

    private JsonObject answer(@Nullable IssuedToken token) {
        if (token == null) {
            return new JsonObject().put("active", false);
        }
        return new JsonObject()
                .put("active", true)
                .put("iss", issuer.get())
                .put("sub", token.holder().subject())
                .put("aud", AUDIENCE)
                .put("client_id", token.holder().clientId())
                .put("scope", token.scope())
                .put("token_type", "Bearer")
                .put("exp", token.expiresAt().getEpochSecond());
    }
}
