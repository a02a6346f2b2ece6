package dev.tokensidecar.soak;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Checks each response against what the authorization server knows and against all earlier responses. */
final class ResponseChecker {

    private static final int MAX_EXAMPLES = 20;

    /**
     * A token as the server knows it.
     *
     * @param end {@link Instant#MIN} if the server has not issued it
     */
    private record Issued(String value, Instant end) {}

    private final DemoAuthorizationServer server;
    private final Disturbances disturbances;
    private final AtomicLong newest = new AtomicLong();
    private final Map<Long, Issued> generations = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final LongAdder wrong = new LongAdder();
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();

    ResponseChecker(DemoAuthorizationServer server, Disturbances disturbances) {
        this.server = server;
        this.disturbances = disturbances;
    }

    /** Records what is known when a request is sent. */
    SentRequest request(String rejected, boolean impatient) {
        return new SentRequest(Instant.now(), newest.get(), rejected, impatient);
    }

    /**
     * Checks a response.
     *
     * @return its token; empty without one
     */
    String check(SentRequest request, HttpResponse<String> response) {
        try {
            JsonObject body = new JsonObject(response.body());
            if (response.statusCode() == 200) {
                count("200");
                return token(request, body);
            }
            error(request, response.statusCode(), body.getString("error", ""));
        } catch (DecodeException e) {
            wrong(response.statusCode() + " with no JSON");
        }
        return "";
    }

    private String token(SentRequest request, JsonObject body) {
        String token = body.getString("access_token", "");
        long generation = body.getLong("generation", -1L);
        long expiresIn = body.getLong("expires_in", -1L);
        Issued issued = generations.computeIfAbsent(generation, first -> issued(token));
        newest.accumulateAndGet(generation, Math::max);
        if (token.isEmpty()) {
            wrong("200 without a token");
        } else if (!issued.value().equals(token)) {
            wrong("two tokens of generation " + generation);
        } else if (generation < request.known()) {
            wrong("generation " + generation + " after " + request.known());
        } else if (token.equals(request.rejected())) {
            wrong("the reported token itself, generation " + generation);
        } else if (request.sentAt().plus(SoakSettings.MIN_REMAINING).isAfter(issued.end())) {
            wrong("requested at %s, got a token of generation %d that expires at %s"
                    .formatted(request.sentAt(), generation, issued.end()));
        } else if (expiresIn < 0 || request.sentAt().plusSeconds(expiresIn).isAfter(issued.end())) {
            wrong("expires_in=%d at %s, but the token expires at %s"
                    .formatted(expiresIn, request.sentAt(), issued.end()));
        }
        return token;
    }

    private Issued issued(String token) {
        return new Issued(token, server.accessTokens().getOrDefault(token, Instant.MIN));
    }

    private void error(SentRequest request, int status, String error) {
        count(status + " " + error);
        boolean unexpected =
                error.equals("rejected_again") && request.rejected().isEmpty();
        if (unexpected || !disturbances.explains(error, request.impatient(), request.sentAt(), Instant.now())) {
            wrong("%d %s to a request of %s, after %s"
                    .formatted(status, error, request.sentAt(), disturbances.summary()));
        }
    }

    /** Counts a caller that did not wait for the response. */
    void disconnected() {
        count("left");
    }

    void wrong(String what) {
        wrong.increment();
        if (wrong.sum() <= MAX_EXAMPLES) {
            examples.add(what);
        }
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, first -> new LongAdder()).increment();
    }

    long wrongResponses() {
        return wrong.sum();
    }

    /** Returns the first wrong responses. */
    List<String> examples() {
        return List.copyOf(examples);
    }

    /** Returns the number of responses by kind. */
    Map<String, LongAdder> outcomes() {
        return new TreeMap<>(outcomes);
    }
}
