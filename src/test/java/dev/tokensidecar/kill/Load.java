package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Callers that ask one after the other until the process they ask is gone. */
final class Load implements AutoCloseable {

    private final AtomicBoolean over = new AtomicBoolean();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Thread> callers;

    Load(HttpClient client, HttpRequest request, int number) {
        callers = IntStream.range(0, number)
                .mapToObj(caller -> Thread.ofVirtual().start(() -> ask(client, request)))
                .toList();
    }

    private void ask(HttpClient client, HttpRequest request) {
        while (!over.get()) {
            try {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200 && !answer.body().isBlank()) {
                    tokens.add(answer.body());
                } else {
                    wrong.add(answer.statusCode() + " " + answer.body());
                }
            } catch (IOException gone) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Before the kill there was a token all the time. Tells how many different ones there were. */
    int assertOnlyTokens() {
        close();
        assertThat(wrong).isEmpty();
        return tokens.size();
    }

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
    }
}
