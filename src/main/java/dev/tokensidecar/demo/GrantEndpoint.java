package dev.tokensidecar.demo;

import io.vertx.ext.web.RoutingContext;

/** Something that gives tokens for credentials. */
interface GrantEndpoint {

    /**
     * How tokens are given.
     *
     * @param rotates whether a refresh token may be replaced, as usual
     * @param repeatsAccessToken whether the holder's newest access token is handed out once more
     */
    record Habit(boolean rotates, boolean repeatsAccessToken) {
        static final Habit USUAL = new Habit(true, false);
    }

    String path();

    /** What an HTTP request says. */
    ReceivedRequest read(RoutingContext exchange);

    TokenReply answer(ReceivedRequest request, Habit habit);
}
