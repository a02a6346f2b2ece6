package dev.tokensidecar.testing.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CountingProxyTest {

    private final AtomicInteger received = new AtomicInteger();
    private final HttpServer target = target();
    private final CountingProxy proxy = new CountingProxy(targetUri());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        proxy.close();
        target.stop(0);
    }

    @Test
    void forwardsRequestsAndResponsesAndCountsPosts() {
        HttpResponse<String> response = post("some body").join();
        HttpResponse<String> other =
                client.sendAsync(request().build(), BodyHandlers.ofString()).join();

        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.headers().firstValue("Answer")).hasValue("yes");
        assertThat(response.body()).isEqualTo("POST /path?query mine some body");
        assertThat(other.body()).isEqualTo("GET /path?query mine ");
        assertThat(proxy.posts()).isEqualTo(1);
        assertThat(proxy.posted()).containsExactly("some body");
    }

    @Test
    void recordsStatusesAndAnythingInsteadOfBodies() {
        try (CountingProxy hashing = new CountingProxy(targetUri(), body -> body.length() + " characters")) {
            HttpRequest request = HttpRequest.newBuilder(hashing.uri("/path"))
                    .POST(BodyPublishers.ofString("a secret"))
                    .build();
            var unused = client.sendAsync(request, BodyHandlers.ofString()).join();

            assertThat(hashing.posted()).containsExactly("8 characters");
            assertThat(hashing.exchanges())
                    .extracting(CountingProxy.Exchange::posted, CountingProxy.Exchange::status)
                    .containsExactly(tuple("8 characters", 418));
        }
    }

    @Test
    void holdsPosts() throws Exception {
        proxy.hold();

        CompletableFuture<HttpResponse<String>> one = post("one");
        CompletableFuture<HttpResponse<String>> two = post("two");
        proxy.awaitHeld();
        proxy.awaitHeld();
        assertThat(proxy.posts()).isEqualTo(2);
        assertThat(received).hasValue(0);
        proxy.release();

        assertThat(one.join().body()).endsWith("one");
        assertThat(two.join().body()).endsWith("two");
        assertThat(post("three").join().body()).endsWith("three");
    }

    @Test
    void holdsResponses() throws Exception {
        proxy.holdResponses();

        CompletableFuture<HttpResponse<String>> one = post("one");
        proxy.awaitHeld();
        proxy.awaitResponses();
        assertThat(received).hasValue(1);
        assertThat(one).isNotDone();
        proxy.release();

        assertThat(one.join().body()).endsWith("one");
        assertThat(post("two").join().body()).endsWith("two");
    }

    private URI targetUri() {
        return URI.create("http://127.0.0.1:" + target.getAddress().getPort());
    }

    private CompletableFuture<HttpResponse<String>> post(String body) {
        return client.sendAsync(request().POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(proxy.uri("/path?query")).header("Own", "mine");
    }

    private HttpServer target() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                received.incrementAndGet();
                byte[] body = String.join(
                                " ",
                                exchange.getRequestMethod(),
                                exchange.getRequestURI().toString(),
                                exchange.getRequestHeaders().getFirst("Own"),
                                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Answer", "yes");
                exchange.sendResponseHeaders(418, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
