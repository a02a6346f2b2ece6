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

/** Holds each answer against what the authorization server knows and against all answers before it. */
final class ResponseChecker {

    private static final int MOST_TOLD = 20;

    /**
     * A token as the server knows it.
     *
     * @param end {@link Instant#MIN} if it has never issued it
     */
    private record Issued(String value, Instant end) {}

    private final DemoAuthorizationServer server;
    private final Disturbances troubles;
    private final AtomicLong newest = new AtomicLong();
    private final Map<Long, Issued> generations = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final LongAdder wrong = new LongAdder();
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();

    ResponseChecker(DemoAuthorizationServer server, Disturbances troubles) {
        this.server = server;
        this.troubles = troubles;
    }

    /** What is known when a request is sent. */
    SentRequest question(String rejected, boolean impatient) {
        return new SentRequest(Instant.now(), newest.get(), rejected, impatient);
    }

    /** Tells the token; empty for an answer without one. */
    String answered(SentRequest question, HttpResponse<String> answer) {
        try {
            JsonObject body = new JsonObject(answer.body());
            if (answer.statusCode() == 200) {
                count("200");
                return token(question, body);
            }
            error(question, answer.statusCode(), body.getString("error", ""));
        } catch (DecodeException e) {
            wrong(answer.statusCode() + " with no JSON");
        }
        return "";
    }

    private String token(SentRequest question, JsonObject body) {
        String token = body.getString("access_token", "");
        long generation = body.getLong("generation", -1L);
        long expiresIn = body.getLong("expires_in", -1L);
        Issued issued = generations.computeIfAbsent(generation, first -> issued(token));
        newest.accumulateAndGet(generation, Math::max);
        if (token.isEmpty()) {
            wrong("200 without a token");
        } else if (!issued.value().equals(token)) {
            wrong("two tokens of generation " + generation);
        } else if (generation < question.known()) {
            wrong("generation " + generation + " after " + question.known());
        } else if (token.equals(question.rejected())) {
            wrong("the very token that was reported, generation " + generation);
        } else if (question.sentAt().plus(SoakSettings.LEAST_LEFT).isAfter(issued.end())) {
            wrong("asked at %s, got a token of generation %d that ends at %s"
                    .formatted(question.sentAt(), generation, issued.end()));
        } else if (expiresIn < 0 || question.sentAt().plusSeconds(expiresIn).isAfter(issued.end())) {
            wrong("expires_in=%d at %s, but the end is at %s".formatted(expiresIn, question.sentAt(), issued.end()));
        }
        return token;
    }

    private Issued issued(String token) {
        return new Issued(token, server.accessTokens().getOrDefault(token, Instant.MIN));
    }

    private void error(SentRequest question, int status, String error) {
        count(status + " " + error);
        boolean unasked = error.equals("rejected_again") && question.rejected().isEmpty();
        if (unasked || !troubles.explain(error, question.impatient(), question.sentAt(), Instant.now())) {
            wrong("%d %s to a request of %s, after %s".formatted(status, error, question.sentAt(), troubles.summary()));
        }
    }

    /** Somebody did not wait for the answer. */
    void left() {
        count("left");
    }

    void wrong(String what) {
        wrong.increment();
        if (wrong.sum() <= MOST_TOLD) {
            examples.add(what);
        }
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, first -> new LongAdder()).increment();
    }

    long wrongAnswers() {
        return wrong.sum();
    }

    /** The first wrong answers. */
    List<String> examples() {
        return List.copyOf(examples);
    }

    /** How many answers of which kind. */
    Map<String, LongAdder> outcomes() {
        return new TreeMap<>(outcomes);
    }
}
