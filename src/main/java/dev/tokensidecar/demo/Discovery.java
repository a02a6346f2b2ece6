package dev.tokensidecar.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** Serves the metadata of the server (RFC 8414, OpenID Connect Discovery), and the key that verifies its JWTs. */
final class Discovery {

    static final String TOKEN_PATH = "/token";

    private static final String KEYS_PATH = "/jwks";

    private final Supplier<String> issuer;

    Discovery(Supplier<String> issuer) {
        this.issuer = issuer;
    }

    void mount(Router router) {
        router.get("/.well-known/oauth-authorization-server").handler(this::respond);
        router.get("/.well-known/openid-configuration").handler(this::respond);
        router.get(KEYS_PATH)
                .handler(exchange -> exchange.json(JwtSigningKey.get().publicKeys()));
    }

    private void respond(RoutingContext exchange) {
        exchange.json(new JsonObject()
                .put("issuer", issuer.get())
                .put("token_endpoint", issuer.get() + TOKEN_PATH)
                .put("jwks_uri", issuer.get() + KEYS_PATH)
                .put("introspection_endpoint", issuer.get() + IntrospectionEndpoint.PATH)
                .put("grant_types_supported", new JsonArray(TokenEndpoint.GRANT_TYPES))
                .put(
                        "token_endpoint_auth_methods_supported",
                        JsonArray.of("client_secret_basic", "client_secret_post", "none")));
    }
}
