package dev.tokensidecar.demo;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
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
    private static final int NO_CONTENT = 204;
    private static final int FORBIDDEN = 403;
    private static final int BAD_GATEWAY = 502;
    private static final long PAUSE_MILLIS = 1500;

    private static final String SERVER = "http://localhost:8190";
    private static final String API = "http://localhost:8192/demo/api";
    private static final String POLICY = "Content-Security-Policy";

    private static final Map<String, String> FILES =
            Map.of("/demo.css", "text/css; charset=UTF-8", "/demo.js", "text/javascript; charset=UTF-8");

    private final WebClient client;
    private final FiftyCallers herd;
    private final String page;

    DemoPage(Vertx vertx, @ConfigProperty(name = "quarkus.management.port") int port) {
        this.client = WebClient.create(vertx);
        this.herd = new FiftyCallers(vertx, API);
        this.page = "http://localhost:" + port + "/?without-demo";
    }

    /** Runs before the sidecar's observer, which rejects all paths but its own. */
    void routes(@Observes @Priority(1) ManagementInterface management) {
        Router router = management.router();
        router.get("/").order(FIRST).handler(this::page);
        FILES.forEach((path, type) -> router.get(path).order(FIRST).handler(request -> file(request, path, type)));
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
        return client.getAbs(SERVER + "/admin/stats").send().map(HttpResponse::bodyAsJsonObject);
    }

    /** Revokes the token, so that each caller of the herd meets a 401, and has the server pause, so that people can see them wait. */
    private void sendHerd(RoutingContext context) {
        if (isForeign(context)) {
            return;
        }
        JsonObject slow = new JsonObject().put("fault", "slow").put("seconds", PAUSE_MILLIS / 1000.0);
        stats().compose(stats -> client.postAbs(SERVER + "/admin/faults")
                        .sendBuffer(slow.toBuffer())
                        .compose(done -> client.postAbs(SERVER + "/admin/revoke-access-tokens")
                                .send())
                        .map(done -> stats))
                .onComplete(ready -> {
                    if (ready.succeeded()) {
                        herd.send(ready.result().getLong("token_requests"));
                    }
                    end(context, ready.succeeded() ? NO_CONTENT : BAD_GATEWAY);
                });
    }

    private void pass(RoutingContext context) {
        if (isForeign(context)) {
            return;
        }
        HttpMethod method = context.request().method();
        String path = context.normalizedPath().substring("/demo".length());
        context.request()
                .body()
                .compose(body -> client.requestAbs(method, SERVER + path).sendBuffer(body))
                .onComplete(answer ->
                        end(context, answer.succeeded() ? answer.result().statusCode() : BAD_GATEWAY));
    }

    /** A browser says which page sent a request; curl talks to the demo server. */
    private static boolean isForeign(RoutingContext context) {
        boolean foreign = !"same-origin".equals(context.request().getHeader("Sec-Fetch-Site"));
        if (foreign) {
            end(context, FORBIDDEN);
        }
        return foreign;
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
