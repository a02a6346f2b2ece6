package dev.tokensidecar.demo;

import dev.tokensidecar.demo.GrantEndpoint.Habit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request for tokens with its fault, from its arrival to its end. Lives on the event loop of its connection. */
final class HandledRequest {

    /** What every exchange needs. */
    record Surroundings(Vertx vertx, Recorder recorder, HeldRequests held, InstantSource clock) {}

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String JSON = "application/json";

    private final Surroundings around;
    private final GrantEndpoint endpoint;
    private final HttpServerRequest http;
    private final ReceivedRequest request;
    private final Fault fault;
    private final Context context;
    private final Recorder.Entry entry;
    private final Runnable release = this::released;
    private @Nullable TokenReply reply;
    private boolean over;

    private HandledRequest(Surroundings around, GrantEndpoint endpoint, RoutingContext exchange, Fault fault) {
        this.around = around;
        this.endpoint = endpoint;
        this.http = exchange.request();
        this.fault = fault;
        this.request = endpoint.read(exchange);
        this.context = around.vertx().getOrCreateContext();
        this.entry = around.recorder().arrived(request, around.clock().instant());
    }

    static void start(Surroundings around, GrantEndpoint endpoint, RoutingContext http, Fault fault) {
        HandledRequest exchange = new HandledRequest(around, endpoint, http, fault);
        http.response().closeHandler(gone -> exchange.abandoned());
        if (fault.processed()) {
            exchange.reply = exchange.process();
        }
        exchange.pause();
    }

    private void pause() {
        switch (fault.pause()) {
            case Pause.None() -> proceed();
            case Pause.For(var duration) ->
                around.vertx().setTimer(Math.max(1, duration.toMillis()), timer -> proceed());
            case Pause.UntilReleased() -> around.held().park(release);
            case Pause.ForEver() -> {
                // the client gives up, or the server is closed
            }
        }
    }

    private void released() {
        context.runOnContext(go -> proceed());
    }

    private void proceed() {
        if (over) {
            return;
        }
        switch (fault.effect()) {
            case Effect.Nothing() -> send(answer());
            case Effect.Reply instead -> send(instead);
            case Effect.Reset() -> reset();
            case Effect.Truncation() -> truncate(answer());
            case Effect.OnAnswer change -> send(changed(answer(), change));
        }
    }

    private TokenReply answer() {
        return reply == null ? process() : reply;
    }

    private TokenReply process() {
        Habit habit = fault.effect() instanceof Effect.OnAnswer change
                ? new Habit(change.rotates(), change.repeatsAccessToken())
                : Habit.USUAL;
        return endpoint.answer(request, habit);
    }

    /** There is nothing to change where there is no body. */
    private TokenReply changed(TokenReply answer, Effect.OnAnswer change) {
        if (answer.granted() && !answer.body().isEmpty()) {
            change.change(answer.body(), around.clock().instant());
        }
        return answer;
    }

    private void send(TokenReply answer) {
        end(answer.status(), answer.granted());
        respond(answer.status(), answer.headers()).putHeader(CONTENT_TYPE, JSON).end(answer.text());
    }

    private void send(Effect.Reply instead) {
        end(instead.status(), false);
        String presented = request.form().getOrDefault("refresh_token", "");
        respond(instead.status(), instead.headers()).end(instead.body().replace(Fault.PRESENTED, presented));
    }

    private void truncate(TokenReply answer) {
        end(answer.status(), false);
        Buffer whole = Buffer.buffer(answer.text());
        respond(answer.status(), answer.headers())
                .putHeader(CONTENT_TYPE, JSON)
                .putHeader("Content-Length", Integer.toString(whole.length()))
                .write(whole.slice(0, whole.length() / 2))
                .onComplete(written -> http.connection().close());
    }

    private HttpServerResponse respond(int status, Map<String, String> headers) {
        HttpServerResponse response = http.response().setStatusCode(status);
        headers.forEach(response::putHeader);
        return response.putHeader("Cache-Control", "no-store")
                .putHeader("Date", Fault.httpDate(around.clock().instant()));
    }

    /** Without a linger time, closing a socket resets it. */
    private void reset() {
        end(null, false);
        Channel channel = ((HttpServerConnection) http.connection()).channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var unused = channel.close();
    }

    private void abandoned() {
        around.held().leave(release);
        if (!over) {
            end(null, false);
        }
    }

    private void end(@Nullable Integer status, boolean granted) {
        over = true;
        around.recorder().ended(entry, around.clock().instant(), status, granted);
    }
}
