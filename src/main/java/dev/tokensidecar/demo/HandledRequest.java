package dev.tokensidecar.demo;

import dev.tokensidecar.demo.GrantEndpoint.Behavior;
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

/** Handles one token request and its fault, from arrival to end. Runs on the event loop of its connection. */
final class HandledRequest {

    /** What every request needs. */
    record Environment(Vertx vertx, Recorder recorder, HeldRequests held, InstantSource clock) {}

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String JSON = "application/json";

    private final Environment environment;
    private final GrantEndpoint endpoint;
    private final HttpServerRequest http;
    private final ReceivedRequest request;
    private final Fault fault;
    private final Context context;
    private final Recorder.Entry entry;
    private final Runnable release = this::released;
    private @Nullable TokenReply reply;
    private boolean ended;

    private HandledRequest(Environment environment, GrantEndpoint endpoint, RoutingContext exchange, Fault fault) {
        this.environment = environment;
        this.endpoint = endpoint;
        this.http = exchange.request();
        this.fault = fault;
        this.request = endpoint.read(exchange);
        this.context = environment.vertx().getOrCreateContext();
        this.entry = environment.recorder().arrived(request, environment.clock().instant());
    }

    static void start(Environment environment, GrantEndpoint endpoint, RoutingContext http, Fault fault) {
        HandledRequest handled = new HandledRequest(environment, endpoint, http, fault);
        http.response().closeHandler(gone -> handled.abandoned());
        if (fault.processed()) {
            handled.reply = handled.process();
        }
        handled.pause();
    }

    private void pause() {
        switch (fault.pause()) {
            case Pause.None() -> proceed();
            case Pause.For(var duration) ->
                environment.vertx().setTimer(Math.max(1, duration.toMillis()), timer -> proceed());
            case Pause.UntilReleased() -> environment.held().hold(release);
            case Pause.ForEver() -> {
                // ends when the client gives up or the server closes
            }
        }
    }

    private void released() {
        context.runOnContext(go -> proceed());
    }

    private void proceed() {
        if (ended) {
            return;
        }
        switch (fault.effect()) {
            case Effect.Nothing() -> send(reply());
            case Effect.Reply replacement -> send(replacement);
            case Effect.Reset() -> reset();
            case Effect.Truncation() -> truncate(reply());
            case Effect.OnResponse change -> send(changed(reply(), change));
        }
    }

    private TokenReply reply() {
        return reply == null ? process() : reply;
    }

    private TokenReply process() {
        Behavior behavior = fault.effect() instanceof Effect.OnResponse change
                ? new Behavior(change.rotates(), change.repeatsAccessToken())
                : Behavior.STANDARD;
        return endpoint.handle(request, behavior);
    }

    /** Changes a successful response, if it has a body. */
    private TokenReply changed(TokenReply reply, Effect.OnResponse change) {
        if (reply.granted() && !reply.body().isEmpty()) {
            change.change(reply.body(), environment.clock().instant());
        }
        return reply;
    }

    private void send(TokenReply reply) {
        end(reply.status(), reply.granted());
        respond(reply.status(), reply.headers()).putHeader(CONTENT_TYPE, JSON).end(reply.text());
    }

    private void send(Effect.Reply replacement) {
        end(replacement.status(), false);
        String presented = request.form().getOrDefault("refresh_token", "");
        respond(replacement.status(), replacement.headers())
                .end(replacement.body().replace(Fault.PRESENTED, presented));
    }

    private void truncate(TokenReply reply) {
        end(reply.status(), false);
        Buffer whole = Buffer.buffer(reply.text());
        respond(reply.status(), reply.headers())
                .putHeader(CONTENT_TYPE, JSON)
                .putHeader("Content-Length", Integer.toString(whole.length()))
                .write(whole.slice(0, whole.length() / 2))
                .onComplete(written -> http.connection().close());
    }

    private HttpServerResponse respond(int status, Map<String, String> headers) {
        HttpServerResponse response = http.response().setStatusCode(status);
        headers.forEach(response::putHeader);
        return response.putHeader("Cache-Control", "no-store")
                .putHeader("Date", Fault.httpDate(environment.clock().instant()));
    }

    /** Resets the connection: with a linger time of zero, closing sends a reset. */
    private void reset() {
        end(null, false);
        Channel channel = ((HttpServerConnection) http.connection()).channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var unused = channel.close();
    }

    private void abandoned() {
        environment.held().remove(release);
        if (!ended) {
            end(null, false);
        }
    }

    private void end(@Nullable Integer status, boolean granted) {
        ended = true;
        environment.recorder().ended(entry, environment.clock().instant(), status, granted);
    }
}
