package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A resource for trying out access tokens (RFC 6750): {@code GET /api} returns the token's subject. */
final class ProtectedApi {

    private static final String BEARER = "bearer ";

    private final AccessTokens accessTokens;
    private final TokenFamilies families;
    private final InstantSource clock;

    ProtectedApi(AccessTokens accessTokens, TokenFamilies families, InstantSource clock) {
        this.accessTokens = accessTokens;
        this.families = families;
        this.clock = clock;
    }

    void mount(Router router) {
        router.get("/api").handler(this::respond);
    }

    private void respond(RoutingContext exchange) {
        String authorization = exchange.request().getHeader("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            challenge(exchange, "Bearer realm=\"demo\"");
            return;
        }
        IssuedToken token = findValid(authorization.substring(BEARER.length()).strip());
        if (token == null) {
            challenge(exchange, "Bearer realm=\"demo\", error=\"invalid_token\"");
            return;
        }
        exchange.json(new JsonObject().put("sub", token.holder().subject()));
    }

    /** Returns a token that the API accepts; null for any other. */
    @Nullable IssuedToken findValid(String value) {
        IssuedToken token = accessTokens.findValid(value, clock.instant());
        if (token == null) {
            return null;
        }
        String familyId = token.holder().familyId();
        return familyId == null || families.isActive(familyId) ? token : null;
    }

    private static void challenge(RoutingContext exchange, String challenge) {
        exchange.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", challenge)
                .end();
    }
}
