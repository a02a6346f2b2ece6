package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Logs users in at an application, whoever asks: {@code POST /users/NAME/token} returns the access token with which the
 * application would be called on behalf of that user. With {@code ?format=jwt} that is a JWT in any case.
 */
final class UserLogin {

    /** The client of that application's front end. */
    private static final String CLIENT_ID = "demo-frontend";

    private final AccessTokenIssuer standard;
    private final AccessTokenIssuer jwts;
    private final InstantSource clock;

    UserLogin(AccessTokenIssuer standard, AccessTokenIssuer jwts, InstantSource clock) {
        this.standard = standard;
        this.jwts = jwts;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post("/users/:name/token").handler(this::logIn);
    }

    private void logIn(RoutingContext exchange) {
        Holder holder = Holder.ofUser(CLIENT_ID, Objects.requireNonNull(exchange.pathParam("name")));
        AccessTokenIssuer issuer = exchange.queryParam("format").contains("jwt") ? jwts : standard;
        String token = issuer.issue(holder, DemoOptions.SCOPE, GrantEndpoint.Behavior.STANDARD, clock.instant())
                .value();
        exchange.json(new JsonObject().put("access_token", token));
    }
}
