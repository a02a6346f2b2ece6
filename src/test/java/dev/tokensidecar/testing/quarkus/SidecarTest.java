package dev.tokensidecar.testing.quarkus;

import static io.restassured.RestAssured.given;

import dev.tokensidecar.testing.time.MovableTime;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenServices;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The running application between a caller and the demo authorization server. Each test starts with a fresh token. */
@WithTestResource(DemoServerResource.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init")
public abstract class SidecarTest {

    private static final Duration LONGER_THAN_ANY_TIMER = Duration.ofHours(2);
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

    protected DemoServer demo;

    @Inject
    protected MovableTime time;

    @Inject
    TokenServices services;

    protected TokenService service;

    @TestHTTPResource("/")
    protected URI sidecar;

    @TestHTTPResource(value = "/", management = true)
    protected URI management;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void restore() {
        service = Objects.requireNonNull(services.get(TokenServices.DEFAULT));
        demo.server().faults().clear();
        demo.server().release();
        // a refresh in flight may still fail and start another back-off
        await(() -> {
            time.advance(LONGER_THAN_ANY_TIMER);
            return given().get("/token").statusCode() == 200;
        });
    }

    /** Releases held requests: the application waits for a refresh in flight when it stops. */
    @AfterEach
    void releaseHeld() {
        demo.server().faults().clear();
        demo.server().release();
    }

    /** Makes the current token expire. */
    protected void expire() {
        time.advance(DemoServerResource.LIFETIME);
    }

    protected String bareToken() {
        return given().accept("text/plain")
                .get("/token")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    /** Sends a request in the background. */
    protected CompletableFuture<HttpResponse<String>> ask(String path) {
        HttpRequest request = HttpRequest.newBuilder(sidecar.resolve(path))
                .header("Prefer", "wait=25")
                .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    protected List<CompletableFuture<HttpResponse<String>>> ask(int callers) {
        return ask(callers, "/token");
    }

    protected List<CompletableFuture<HttpResponse<String>>> ask(int callers, String path) {
        return IntStream.range(0, callers).mapToObj(caller -> ask(path)).toList();
    }

    protected static List<HttpResponse<String>> responses(List<CompletableFuture<HttpResponse<String>>> callers) {
        return callers.stream().map(CompletableFuture::join).toList();
    }

    /** Releases the held refresh. */
    protected void release() {
        demo.server().awaitHeld(1);
        demo.server().release();
    }

    protected void awaitWaiters(int number) {
        await(() -> service.status().waiters() == number);
    }

    /** Polls a condition; for events that nothing else reports. */
    protected static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TIMEOUT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("timeout");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
