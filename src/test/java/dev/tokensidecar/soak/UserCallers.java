package dev.tokensidecar.soak;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Callers that act for random users until they are closed, and ask the API each time whom it takes them for. */
final class UserCallers implements AutoCloseable {

    private static final String FORM = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&subject_token=";
    private static final Duration MAX_PAUSE = Duration.ofMillis(100);
    private static final int USERS = 60;
    private static final int MAX_EXAMPLES = 20;

    /** Some tokens of users expire while they are in use. */
    private static final Duration LOG_IN_AFTER = SoakSettings.LIFETIME;

    /** The token of a user, as a front end keeps it. */
    private record LogIn(String token, Instant at) {}

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, LogIn> logIns = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();
    private final LongAdder answers = new LongAdder();
    private final CallerThreads threads;
    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final int routePort;

    /** @param routePort the port of a route on behalf of users */
    UserCallers(DemoAuthorizationServer server, SidecarProcess sidecar, int routePort) {
        this.server = server;
        this.sidecar = sidecar;
        this.routePort = routePort;
        this.threads = new CallerThreads(MAX_PAUSE, failure -> wrong("no answer: " + failure));
    }

    /** Starts this many callers, each with a random generator of its own. */
    void start(int number, long seed) {
        threads.start(number, seed, this::call);
    }

    private void call(Random random) throws IOException, InterruptedException {
        String user = "user-" + random.nextInt(USERS);
        try {
            if (random.nextBoolean()) {
                forward(user);
            } else {
                exchange(user, random.nextBoolean());
            }
        } catch (DecodeException e) {
            wrong("no JSON for " + user + ": " + e);
        }
    }

    private String tokenOf(String user) throws IOException, InterruptedException {
        LogIn last = logIns.get(user);
        if (last != null && last.at().plus(LOG_IN_AFTER).isAfter(Instant.now())) {
            return last.token();
        }
        Instant now = Instant.now();
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.issuer() + "/users/" + user + "/token"))
                .POST(BodyPublishers.noBody())
                .build();
        String token = new JsonObject(send(request).body()).getString("access_token");
        logIns.put(user, new LogIn(token, now));
        return token;
    }

    private void forward(String user) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + routePort + "/api"))
                .header("Authorization", "Bearer " + tokenOf(user))
                .build();
        HttpResponse<String> response = send(request);
        count("forwarded " + response.statusCode(), response);
        requireUser(user, response);
    }

    private void exchange(String user, boolean reports) throws IOException, InterruptedException {
        HttpRequest request = form("/tokens/orders")
                .POST(BodyPublishers.ofString(FORM + URLEncoder.encode(tokenOf(user), StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response = send(request);
        count("exchanged " + response.statusCode(), response);
        if (response.statusCode() != 200) {
            return;
        }
        String token = new JsonObject(response.body()).getString("access_token");
        HttpRequest call = HttpRequest.newBuilder(URI.create(server.issuer() + "/api"))
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<String> answer = send(call);
        requireUser(user, answer);
        if (answer.statusCode() == 401 && reports) {
            HttpRequest report = HttpRequest.newBuilder(sidecar.api("/tokens/orders/rejected"))
                    .header("Authorization", "Bearer " + token)
                    .POST(BodyPublishers.noBody())
                    .build();
            int status = send(report).statusCode();
            if (status != 204 && status != 429) {
                wrong("a report got " + status);
            }
        }
    }

    private void requireUser(String user, HttpResponse<String> response) {
        if (response.statusCode() == 200 && !user.equals(new JsonObject(response.body()).getString("sub"))) {
            wrong(user + " became " + response.body());
        }
    }

    /** Any status but these is wrong: the token of the user has expired or was revoked; the server fails or is slow. */
    private void count(String outcome, HttpResponse<String> response) {
        answers.increment();
        outcomes.computeIfAbsent(outcome, first -> new LongAdder()).increment();
        if (!List.of(200, 400, 401, 500, 502, 503, 504).contains(response.statusCode())) {
            wrong(outcome + ": " + response.body());
        }
    }

    private void wrong(String what) {
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(what);
        }
    }

    private HttpRequest.Builder form(String path) {
        return HttpRequest.newBuilder(sidecar.api(path)).header("Content-Type", "application/x-www-form-urlencoded");
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    /** Returns the first wrong responses. */
    List<String> examples() {
        return List.copyOf(examples);
    }

    long answers() {
        return answers.sum();
    }

    /** Returns how many responses had an outcome, such as {@code forwarded 200}. */
    long count(@Nullable String outcome) {
        LongAdder number = outcome == null ? null : outcomes.get(outcome);
        return number == null ? 0 : number.sum();
    }

    Map<String, LongAdder> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /** Waits for the last responses, then closes all connections. */
    @Override
    public void close() {
        threads.close();
        client.close();
    }
}
