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

/** Callers that ask one after the other until the process they ask is gone. */
final class TokenPollers implements AutoCloseable {

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger notNow = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final HttpClient client;
    private final HttpRequest request;
    private final RepeatingThreads callers;

    TokenPollers(HttpClient client, HttpRequest request, int number) {
        this.client = client;
        this.request = request;
        callers = new RepeatingThreads(number, this::ask);
    }

    private boolean ask() {
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            hear(answer.statusCode(), answer.body());
            return true;
        } catch (IOException gone) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void hear(int status, String body) {
        answers.incrementAndGet();
        if (status == 200 && !body.isBlank()) {
            tokens.add(body);
        } else if (status == 503 && body.contains("temporarily_unavailable")) {
            notNow.incrementAndGet();
        } else {
            wrong.add(status + " " + body);
        }
    }

    /** Before the kill there was a token, or the request to ask again where a busy machine let one end on its way. */
    void assertNobodyWasRefused() {
        close();
        assertThat(wrong).isEmpty();
    }

    /** How many different tokens the callers were handed. */
    int tokens() {
        return tokens.size();
    }

    /** How many answers there were. */
    int answers() {
        return answers.get();
    }

    /** How many of them asked to ask again. */
    int notNow() {
        return notNow.get();
    }

    @Override
    public void close() {
        callers.close();
    }
}
