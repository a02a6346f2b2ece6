package dev.tokensidecar.e2e;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Applications that request tokens from the sidecar over HTTP. */
final class Callers implements AutoCloseable {

    private final SidecarProcess sidecar;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Callers(SidecarProcess sidecar) {
        this.sidecar = sidecar;
    }

    /** Sends a request. */
    HttpResponse<String> ask(String path) {
        return send(path).join();
    }

    /** Sends many requests at the same time. */
    List<CompletableFuture<HttpResponse<String>>> ask(int callers, String path) {
        return IntStream.range(0, callers).mapToObj(caller -> send(path)).toList();
    }

    /** Sends many requests, evenly spread over a time. */
    List<CompletableFuture<HttpResponse<String>>> ask(int callers, String path, Duration spread) {
        return IntStream.range(0, callers)
                .mapToObj(caller -> CompletableFuture.supplyAsync(
                                () -> path,
                                CompletableFuture.delayedExecutor(spread.toMillis() * caller / callers, MILLISECONDS))
                        .thenCompose(this::send))
                .toList();
    }

    /** Requests a token and expects one. */
    JsonObject token(String path) {
        return token(ask(path));
    }

    /** Reports a token that an API rejected with 401, and expects another one. */
    JsonObject tokenInsteadOf(JsonObject rejected) {
        return token(rejectedPath(rejected));
    }

    /**
     * Reports each token it gets, this many times.
     *
     * @return the last token
     */
    JsonObject tokenAfterRenewals(int renewals, JsonObject first) {
        JsonObject current = first;
        for (int renewal = 0; renewal < renewals; renewal++) {
            JsonObject next = tokenInsteadOf(current);
            assertThat(next.getLong("generation")).isGreaterThan(current.getLong("generation"));
            assertThat(next.getString("access_token")).isNotEqualTo(current.getString("access_token"));
            current = next;
        }
        return current;
    }

    /**
     * Reports the tokens of several paths at the same time, this many times.
     *
     * @return the last tokens, in the order of the paths
     */
    List<JsonObject> tokensAfterRenewals(int renewals, List<String> paths) {
        List<JsonObject> current = paths.stream().map(this::token).toList();
        for (int renewal = 0; renewal < renewals; renewal++) {
            List<JsonObject> before = current;
            current = IntStream.range(0, paths.size())
                    .mapToObj(each -> send(rejectedPath(paths.get(each), before.get(each))))
                    .toList()
                    .stream()
                    .map(response -> token(response.join()))
                    .toList();
            assertThat(current).doesNotContainAnyElementsOf(before);
        }
        return current;
    }

    /** Returns the token in a response. */
    static JsonObject token(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    /** Asserts that the response is a problem that is not retryable. */
    static void assertProblem(HttpResponse<String> response, int status, String error, String action) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("error")).isEqualTo(error);
        assertThat(problem.getBoolean("retryable")).isFalse();
        assertThat(problem.getString("action")).isEqualTo(action);
    }

    /** Returns the path that reports this token as rejected. */
    static String rejectedPath(JsonObject token) {
        return rejectedPath("/token", token);
    }

    private static String rejectedPath(String path, JsonObject token) {
        return path + "?rejected=" + Sha256.hex(token.getString("access_token"));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private CompletableFuture<HttpResponse<String>> send(String path) {
        HttpRequest request = HttpRequest.newBuilder(sidecar.api(path))
                .header("Prefer", "wait=30")
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }
}
