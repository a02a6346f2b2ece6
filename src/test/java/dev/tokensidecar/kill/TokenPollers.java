package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.concurrent.RepeatingThreads;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Callers that request a token again and again until the sidecar has ended. They do not use the tokens. */
final class TokenPollers implements AutoCloseable {

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger responses = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final HttpClient client;
    private final HttpRequest request;
    private final RepeatingThreads callers;

    TokenPollers(HttpClient client, HttpRequest request, int number) {
        this.client = client;
        this.request = request;
        callers = new RepeatingThreads(number, this::poll);
    }

    private boolean poll() {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            record(response.statusCode(), response.body());
            return true;
        } catch (IOException gone) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void record(int status, String body) {
        responses.incrementAndGet();
        if (status == 200 && !body.isBlank()) {
            tokens.add(body);
        } else if (status == 503 && body.contains("temporarily_unavailable")) {
            unavailable.incrementAndGet();
        } else {
            unexpected.add(status + " " + body);
        }
    }

    /** Stops the callers and asserts that each response before the kill had a token or was temporarily_unavailable. */
    void assertOnlyExpectedResponses() {
        close();
        assertThat(unexpected).isEmpty();
    }

    /** Returns the number of different tokens that the callers received. */
    int tokens() {
        return tokens.size();
    }

    /** Returns the number of responses. */
    int responses() {
        return responses.get();
    }

    /** Returns the number of temporarily_unavailable responses. */
    int unavailable() {
        return unavailable.get();
    }

    @Override
    public void close() {
        callers.close();
    }
}
