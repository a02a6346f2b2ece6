package dev.tokensidecar.oauth2;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.http.HttpServer;
import java.net.URI;
import java.security.Key;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/** A token endpoint that lets in who signs with the registered key, and each assertion once (RFC 7523 section 3). */
final class AssertionServer {

    static final String CLIENT = "app";

    private final HttpServer server;
    private final List<String> assertions = new CopyOnWriteArrayList<>();
    private final Set<String> used = new HashSet<>();
    private volatile Key registered;

    /** What is said to a client that is not let in, given its assertion. */
    volatile Function<String, String> words = assertion -> "no";

    /** Done before somebody is turned away. */
    volatile Runnable beforeRefusal = () -> {};

    AssertionServer(Vertx vertx, Key registered) {
        this.registered = registered;
        this.server = vertx.createHttpServer();
        server.getDelegate().requestHandler(this::answer);
        server.listenAndAwait(0, "127.0.0.1");
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/token");
    }

    void register(Key key) {
        registered = key;
    }

    /** What was shown, in this order. */
    List<String> assertions() {
        return List.copyOf(assertions);
    }

    private void answer(HttpServerRequest request) {
        request.setExpectMultipart(true);
        request.endHandler(end -> {
            String assertion = Objects.requireNonNull(request.getFormAttribute("client_assertion"));
            assertions.add(assertion);
            boolean let = CLIENT.equals(request.getFormAttribute("client_id")) && letIn(assertion);
            if (!let) {
                beforeRefusal.run();
            }
            JsonObject body = let
                    ? new JsonObject().put("access_token", "at").put("token_type", "Bearer")
                    : new JsonObject().put("error", "invalid_client").put("error_description", words.apply(assertion));
            var unused = request.response().setStatusCode(let ? 200 : 400).end(body.encode());
        });
    }

    private boolean letIn(String assertion) {
        try {
            String id = new JwtConsumerBuilder()
                    .setVerificationKey(registered)
                    .setExpectedIssuer(CLIENT)
                    .setExpectedSubject(CLIENT)
                    .setExpectedAudience(endpoint().toString())
                    .setRequireExpirationTime()
                    .setRequireIssuedAt()
                    .setRequireJwtId()
                    .setMaxFutureValidityInMinutes(1)
                    .build()
                    .processToClaims(assertion)
                    .getJwtId();
            return used.add(id);
        } catch (InvalidJwtException | MalformedClaimException refused) {
            return false;
        }
    }
}
