package dev.tokensidecar.soak;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.measurement.Latencies;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Random;

/** Callers that request tokens in random ways, with short pauses, until they are closed. */
final class RandomCallers implements AutoCloseable {

    private static final Duration MAX_PAUSE = Duration.ofMillis(250);
    private static final int USE_ONE_IN = 20;
    /** Only a renewal yields a longer lifetime, and some tokens have to reach their end. */
    private static final int LONG_LIFETIME_ONE_IN = 500;

    private static final int MAX_LIFETIME_SECONDS = 5;
    private static final int MAX_TIMEOUT_MILLIS = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final ResponseChecker checker;
    private final Latencies latencies;
    private final CallerThreads threads;

    RandomCallers(
            DemoAuthorizationServer server, SidecarProcess sidecar, ResponseChecker checker, Latencies latencies) {
        this.server = server;
        this.sidecar = sidecar;
        this.checker = checker;
        this.latencies = latencies;
        this.threads = new CallerThreads(MAX_PAUSE, failure -> checker.wrong("no answer: " + failure));
    }

    /** Starts this many callers, each with a random generator of its own. */
    void start(int number, long seed) {
        threads.start(number, seed, this::call);
    }

    private void call(Random random) throws IOException, InterruptedException {
        String token = requestToken(random);
        if (random.nextInt(USE_ONE_IN) == 0) {
            use(token, random.nextBoolean());
        }
    }

    /** @return the token; empty for none */
    private String requestToken(Random random) throws IOException, InterruptedException {
        return switch (random.nextInt(20)) {
            case 0 -> {
                int lifetime = random.nextInt(LONG_LIFETIME_ONE_IN) == 0 ? 1 + random.nextInt(MAX_LIFETIME_SECONDS) : 1;
                yield send(request("/token?min_ttl=" + lifetime), checker.request("", false));
            }
            case 1 -> send(request("/token").header("Prefer", "wait=0"), checker.request("", true));
            case 2 -> requestAndDisconnect(Duration.ofMillis(1 + random.nextInt(MAX_TIMEOUT_MILLIS)));
            default -> send(request("/token"), checker.request("", false));
        };
    }

    private String requestAndDisconnect(Duration timeout) throws IOException, InterruptedException {
        try {
            return send(request("/token").timeout(timeout), checker.request("", false));
        } catch (HttpTimeoutException e) {
            checker.disconnected();
            return "";
        }
    }

    /** Uses the token, and reports it in either form if the API rejects it. */
    private void use(String token, boolean byHash) throws IOException, InterruptedException {
        if (token.isEmpty() || works(token)) {
            return;
        }
        HttpRequest.Builder report = byHash
                ? request("/token?rejected=" + Sha256.hex(token))
                : request("/token/rejected")
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.noBody());
        var unused = send(report, checker.request(token, false));
    }

    private boolean works(String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.issuer() + "/api"))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    private String send(HttpRequest.Builder request, SentRequest sent) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        latencies.add(System.nanoTime() - begin);
        return checker.check(sent, response);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(sidecar.api(path));
    }

    /** Waits for the last responses, then closes all connections. */
    @Override
    public void close() {
        threads.close();
        client.close();
    }
}
