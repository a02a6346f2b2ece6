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

/** A token endpoint that accepts each assertion once if it is signed with the registered key (RFC 7523 section 3). */
final class AssertionServer {

    static final String CLIENT = "app";

    private final HttpServer server;
    private final List<String> assertions = new CopyOnWriteArrayList<>();
    private final Set<String> used = new HashSet<>();
    private volatile Key registered;

    /** Makes the error description from a rejected assertion. */
    volatile Function<String, String> errorDescription = assertion -> "no";

    /** Runs before an error response. */
    volatile Runnable beforeError = () -> {};

    AssertionServer(Vertx vertx, Key registered) {
        this.registered = registered;
        this.server = vertx.createHttpServer();
        server.getDelegate().requestHandler(this::handle);
        server.listenAndAwait(0, "127.0.0.1");
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/token");
    }

    void register(Key key) {
        registered = key;
    }

    /** Returns the assertions received, in order. */
    List<String> assertions() {
        return List.copyOf(assertions);
    }

    private void handle(HttpServerRequest request) {
        request.setExpectMultipart(true);
        request.endHandler(end -> {
            String assertion = Objects.requireNonNull(request.getFormAttribute("client_assertion"));
            assertions.add(assertion);
            boolean accepted = CLIENT.equals(request.getFormAttribute("client_id")) && accepts(assertion);
            if (!accepted) {
                beforeError.run();
            }
            JsonObject body = accepted
                    ? new JsonObject().put("access_token", "at").put("token_type", "Bearer")
                    : new JsonObject()
                            .put("error", "invalid_client")
                            .put("error_description", errorDescription.apply(assertion));
            var unused = request.response().setStatusCode(accepted ? 200 : 400).end(body.encode());
        });
    }

    private boolean accepts(String assertion) {
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
        } catch (InvalidJwtException | MalformedClaimException invalid) {
            return false;
        }
    }
}
