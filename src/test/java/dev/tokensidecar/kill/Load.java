package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.Repeated;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Callers that ask one after the other until the process they ask is gone. */
final class Load implements AutoCloseable {

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final HttpClient client;
    private final HttpRequest request;
    private final Repeated callers;

    Load(HttpClient client, HttpRequest request, int number) {
        this.client = client;
        this.request = request;
        callers = new Repeated(number, this::ask);
    }

    private boolean ask() {
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() == 200 && !answer.body().isBlank()) {
                tokens.add(answer.body());
            } else {
                wrong.add(answer.statusCode() + " " + answer.body());
            }
            return true;
        } catch (IOException gone) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
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
        callers.close();
    }
}
