package dev.tokensidecar.demo;

import io.vertx.ext.web.RoutingContext;

/** An endpoint that issues tokens for credentials. */
interface GrantEndpoint {

    /**
     * How the endpoint issues tokens.
     *
     * @param rotates whether the refresh token may be rotated, as usual
     * @param repeatsAccessToken whether to return the holder's newest access token once more
     */
    record Behavior(boolean rotates, boolean repeatsAccessToken) {
        static final Behavior STANDARD = new Behavior(true, false);
    }

    String path();

    ReceivedRequest read(RoutingContext exchange);

    TokenReply handle(ReceivedRequest request, Behavior behavior);
}
