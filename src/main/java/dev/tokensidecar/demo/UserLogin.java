package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Logs users in at an application, whoever asks: {@code POST /users/NAME/token} returns the access token with which the
 * application would be called on behalf of that user.
 */
final class UserLogin {

    /** The client of that application's front end. */
    private static final String CLIENT_ID = "demo-frontend";

    private final AccessTokenIssuer issuer;
    private final InstantSource clock;

    UserLogin(AccessTokenIssuer issuer, InstantSource clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post("/users/:name/token").handler(this::logIn);
    }

    private void logIn(RoutingContext exchange) {
        Holder holder = Holder.ofUser(CLIENT_ID, Objects.requireNonNull(exchange.pathParam("name")));
        String token = issuer.issue(holder, DemoOptions.SCOPE, GrantEndpoint.Behavior.STANDARD, clock.instant())
                .value();
        exchange.json(new JsonObject().put("access_token", token));
    }
}
