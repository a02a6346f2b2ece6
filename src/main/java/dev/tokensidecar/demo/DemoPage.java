package dev.tokensidecar.demo;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts the buttons of the demo on the page of the sidecar, in {@code quarkus:dev} only. The buttons call the {@link AdminApi}
 * by way of the page's own port, so that no other page can press them.
 */
@Singleton
@IfBuildProfile("dev")
class DemoPage {

    private static final int FIRST = Integer.MIN_VALUE;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int FORBIDDEN = 403;
    private static final int BAD_GATEWAY = 502;
    private static final long PAUSE_MILLIS = 1500;

    private static final String POLICY = "Content-Security-Policy";

    /** A fault has few parameters. */
    private static final int MAX_BODY = 10_000;

    private static final Map<String, String> FILES =
            Map.of("/demo.css", "text/css; charset=UTF-8", "/demo.js", "text/javascript; charset=UTF-8");

    private final WebClient client;
    private final FiftyCallers herd;
    private final Handler<RoutingContext> guard;
    private final String page;
    private final String server;

    @Inject
    DemoPage(
            Vertx vertx,
            @Named("page") Handler<RoutingContext> guard,
            @ConfigProperty(name = "quarkus.management.port") int port) {
        this(vertx, guard, port, "http://localhost:8190", "http://localhost:8192/demo/api");
    }

    /**
     * Creates the buttons.
     *
     * @param guard of the page of the sidecar
     * @param port where that page is
     * @param server the address of the authorization server
     * @param api the address of the API at the sidecar
     */
    DemoPage(Vertx vertx, Handler<RoutingContext> guard, int port, String server, String api) {
        this.client = WebClient.create(vertx);
        this.herd = new FiftyCallers(vertx, api, () -> stats().map(DemoPage::tokenRequests));
        this.guard = guard;
        this.page = "http://localhost:" + port + "/?without-demo";
        this.server = server;
    }

    /** Runs before the sidecar's observer, which rejects all paths but its own. */
    void routes(@Observes @Priority(1) ManagementInterface management) {
        mount(management.router());
    }

    void mount(Router router) {
        router.get("/").order(FIRST).handler(guard).handler(this::page);
        FILES.forEach((path, type) ->
                router.get(path).order(FIRST).handler(guard).handler(request -> file(request, path, type)));
        router.route("/demo/*")
                .order(FIRST)
                .handler(DemoPage::forgetOwnOrigin)
                .handler(guard)
                .handler(DemoPage::rejectForeign);
        // the framework may have read a body already, and nobody can read it after an asynchronous call
        router.route("/demo/*").order(FIRST).handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
        router.post("/demo/callers").order(FIRST).handler(this::sendHerd);
        router.post("/demo/admin/*").order(FIRST).handler(this::pass);
        router.delete("/demo/admin/*").order(FIRST).handler(this::pass);
    }

    /** Without the demo server, which a developer may have replaced, the page is that of the sidecar. */
    private void page(RoutingContext context) {
        if (context.request().query() != null) {
            context.next();
            return;
        }
        stats().compose(stats -> client.getAbs(page).send().map(original -> {
                    context.response()
                            .putHeader("Content-Type", original.getHeader("Content-Type"))
                            .putHeader(
                                    POLICY,
                                    Objects.requireNonNullElse(original.getHeader(POLICY), "default-src 'none'"));
                    return DemoPanel.addTo(
                            Objects.requireNonNullElse(original.bodyAsString(), ""), stats, herd.latest());
                }))
                .onComplete(html -> {
                    if (html.succeeded()) {
                        var unused = context.response().end(html.result());
                    } else {
                        context.next();
                    }
                });
    }

    private Future<JsonObject> stats() {
        return client.getAbs(server + "/admin/stats").send().map(HttpResponse::bodyAsJsonObject);
    }

    private static long tokenRequests(JsonObject stats) {
        return stats.getLong("token_requests");
    }

    /** Revokes the token, so that each caller of the herd meets a 401, and has the server pause, so that people can see them wait. */
    private void sendHerd(RoutingContext context) {
        JsonObject slow = new JsonObject().put("fault", "slow").put("seconds", PAUSE_MILLIS / 1000.0);
        stats().compose(stats -> client.postAbs(server + "/admin/faults")
                        .sendBuffer(slow.toBuffer())
                        .compose(done -> client.postAbs(server + "/admin/revoke-access-tokens")
                                .send())
                        .map(done -> stats))
                .onComplete(ready -> {
                    if (ready.succeeded()) {
                        herd.send(tokenRequests(ready.result()));
                    }
                    end(context, ready.succeeded() ? ACCEPTED : BAD_GATEWAY);
                });
    }

    private void pass(RoutingContext context) {
        HttpMethod method = context.request().method();
        String path = context.normalizedPath().substring("/demo".length());
        Buffer body = context.body().buffer();
        client.requestAbs(method, server + path)
                .sendBuffer(body == null ? Buffer.buffer() : body)
                .onComplete(answer ->
                        end(context, answer.succeeded() ? answer.result().statusCode() : BAD_GATEWAY));
    }

    /** A browser names the page in each POST, and the guard takes every name for that of a foreign page. */
    private static void forgetOwnOrigin(RoutingContext context) {
        MultiMap headers = context.request().headers();
        if (headers.getAll(HttpHeaders.ORIGIN).equals(List.of("http://" + headers.get(HttpHeaders.HOST)))) {
            headers.remove(HttpHeaders.ORIGIN);
        }
        context.next();
    }

    /** A browser says which page sent a request; curl talks to the demo server. */
    private static void rejectForeign(RoutingContext context) {
        if ("same-origin".equals(context.request().getHeader("Sec-Fetch-Site"))) {
            context.next();
        } else {
            end(context, FORBIDDEN);
        }
    }

    private static void end(RoutingContext context, int status) {
        var unused = context.response().setStatusCode(status).end();
    }

    private static void file(RoutingContext context, String path, String type) {
        try (InputStream file = DemoPage.class.getResourceAsStream(path.substring(1))) {
            byte[] content = Objects.requireNonNull(file, path).readAllBytes();
            var unused = context.response()
                    .setStatusCode(OK)
                    .putHeader("Content-Type", type)
                    .end(Buffer.buffer(content));
        } catch (IOException failure) {
            context.fail(failure);
        }
    }
}
