package dev.tokensidecar.demo;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/** Breaks and repairs the server by HTTP, for people with curl. Shows no token and no secret. */
final class AdminApi {

    private static final int MAX_TIMES = 10_000;

    private final DemoAuthorizationServer server;

    AdminApi(DemoAuthorizationServer server) {
        this.server = server;
    }

    void mount(Router router) {
        router.get("/admin/stats").handler(this::stats);
        router.get("/admin/requests").handler(this::requests);
        router.get("/admin/faults")
                .handler(exchange -> exchange.json(server.faults().pending()));
        router.post("/admin/faults").handler(this::addFaults);
        router.delete("/admin/faults").handler(exchange -> run(exchange, server.faults()::clear));
        router.post("/admin/release").handler(exchange -> run(exchange, server::release));
        router.post("/admin/revoke-access-tokens").handler(exchange -> run(exchange, server::revokeAccessTokens));
        router.post("/admin/kill-sessions").handler(exchange -> run(exchange, server::killAllSessions));
        router.post("/admin/new-session").handler(this::logIn);
    }

    private void addFaults(RoutingContext exchange) {
        try {
            String body = exchange.body().asString();
            JsonObject json = new JsonObject(body == null ? "{}" : body);
            Fault fault = FaultJson.read(json);
            if (json.getBoolean("always", false)) {
                server.faults().always(fault, json);
            } else {
                server.faults().next(times(json), fault, json);
            }
            exchange.response().setStatusCode(204).end();
        } catch (DecodeException | ClassCastException | IllegalArgumentException invalid) {
            exchange.response().setStatusCode(400);
            exchange.json(new JsonObject().put("error", "not a valid fault").put("faults", FaultJson.EXAMPLES));
        }
    }

    private static int times(JsonObject json) {
        int times = json.getInteger("times", 1);
        if (times < 1 || times > MAX_TIMES) {
            throw new IllegalArgumentException("times must be from 1 to " + MAX_TIMES);
        }
        return times;
    }

    private void stats(RoutingContext exchange) {
        Stats stats = server.stats();
        exchange.json(new JsonObject()
                .put("token_requests", stats.tokenRequests())
                .put("by_grant", new JsonObject(new HashMap<>(stats.byGrant())))
                .put("successes", stats.successes())
                .put("errors", stats.errors())
                .put("in_flight", stats.inFlight())
                .put("max_in_flight", stats.maxInFlight())
                .put("reuse_detections", stats.reuseDetections()));
    }

    private void requests(RoutingContext exchange) {
        JsonArray requests = new JsonArray();
        server.requests().forEach(request -> requests.add(times(request)));
        exchange.json(requests);
    }

    /** In microseconds, for comparison with the times of another process on the same machine. */
    private static JsonObject times(RecordedRequest request) {
        return new JsonObject()
                .put("arrived_at_us", micros(request.arrivedAt()))
                .put("ended_at_us", micros(request.endedAt()))
                .put("status", request.status());
    }

    private static @Nullable Long micros(@Nullable Instant instant) {
        return instant == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** Replaces the refresh token file, as an operator does after a new login. */
    private void logIn(RoutingContext exchange) {
        try {
            if (server.logIn()) {
                exchange.response().setStatusCode(204).end();
            } else {
                exchange.response().setStatusCode(409);
                exchange.json(new JsonObject().put("error", "this server writes no refresh token file"));
            }
        } catch (IOException failure) {
            exchange.fail(failure);
        }
    }

    private static void run(RoutingContext exchange, Runnable action) {
        action.run();
        exchange.response().setStatusCode(204).end();
    }
}
