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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Callers that ask again and again, each in its own way and with a little time in between, until they are sent home. */
final class RandomCallers implements AutoCloseable {

    private static final Duration LONGEST_THOUGHT = Duration.ofMillis(250);
    private static final int USE_ONE_IN = 20;
    /** A longer life is had by a renewal only, and tokens are to grow old too. */
    private static final int WISH_MORE_ONE_IN = 500;

    private static final int LONGEST_WISH_SECONDS = 5;
    private static final int LONGEST_PATIENCE_MILLIS = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean over = new AtomicBoolean();
    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final ResponseChecker judge;
    private final Latencies latencies;
    private final List<Thread> callers = new ArrayList<>();

    RandomCallers(DemoAuthorizationServer server, SidecarProcess sidecar, ResponseChecker judge, Latencies latencies) {
        this.server = server;
        this.sidecar = sidecar;
        this.judge = judge;
        this.latencies = latencies;
    }

    /** Lets so many come, each with chances of its own. */
    void come(int number, long seed) {
        for (int caller = 0; caller < number; caller++) {
            Random random = new Random(seed + caller);
            callers.add(Thread.ofVirtual().start(() -> live(random)));
        }
    }

    private void live(Random random) {
        while (!over.get()) {
            LockSupport.parkNanos(random.nextLong(LONGEST_THOUGHT.toNanos()));
            try {
                String token = ask(random);
                if (random.nextInt(USE_ONE_IN) == 0) {
                    use(token, random.nextBoolean());
                }
            } catch (IOException e) {
                judge.wrong("no answer: " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Tells the token; empty for none. */
    private String ask(Random random) throws IOException, InterruptedException {
        return switch (random.nextInt(20)) {
            case 0 -> {
                int wish = random.nextInt(WISH_MORE_ONE_IN) == 0 ? 1 + random.nextInt(LONGEST_WISH_SECONDS) : 1;
                yield send(request("/token?min_ttl=" + wish), judge.question("", false));
            }
            case 1 -> send(request("/token").header("Prefer", "wait=0"), judge.question("", true));
            case 2 -> askAndLeave(Duration.ofMillis(1 + random.nextInt(LONGEST_PATIENCE_MILLIS)));
            default -> send(request("/token"), judge.question("", false));
        };
    }

    private String askAndLeave(Duration patience) throws IOException, InterruptedException {
        try {
            return send(request("/token").timeout(patience), judge.question("", false));
        } catch (HttpTimeoutException e) {
            judge.left();
            return "";
        }
    }

    /** Who finds at an API that a token is good no more reports that, in either way. */
    private void use(String token, boolean byHash) throws IOException, InterruptedException {
        if (token.isEmpty() || works(token)) {
            return;
        }
        HttpRequest.Builder report = byHash
                ? request("/token?rejected=" + Sha256.hex(token))
                : request("/token/rejected")
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.noBody());
        var unused = send(report, judge.question(token, false));
    }

    private boolean works(String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.issuer() + "/api"))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    private String send(HttpRequest.Builder request, SentRequest question) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        latencies.add(System.nanoTime() - begin);
        return judge.answered(question, answer);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(sidecar.api(path));
    }

    /** Everybody gets the answer to the last question, then all connections are closed. */
    @Override
    public void close() {
        over.set(true);
        for (Thread caller : callers) {
            try {
                caller.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        client.close();
    }
}
