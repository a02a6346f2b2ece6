package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import java.lang.reflect.Proxy;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiExchangeTest {

    private static final String LOGGER = "io.vertx.core.http.impl.HttpClientRequestImpl";
    private static final RequestOptions OPTIONS = new RequestOptions().setURI("/");

    private final Vertx vertx = Vertx.vertx();
    private final ManualTimers time = new ManualTimers();
    private final TokenRuntime runtime = new TokenRuntime(time, new SplittableRandom(1), time, Runnable::run);

    @AfterEach
    void close() {
        var unused = join(vertx.close());
    }

    /** A busy machine opens connections so slowly that nobody waits any more. Vert.x would log an error for each. */
    @Test
    void aCallThatIsGivenUpBeforeItsConnectionIsOpenLogsNothing() {
        HttpServer server =
                join(vertx.createHttpServer().requestHandler(request -> {}).listen(0, "127.0.0.1"));
        HttpClientRequest opened = join(vertx.createHttpClient()
                .request(new RequestOptions(OPTIONS).setHost("127.0.0.1").setPort(server.actualPort())));
        Promise<HttpClientRequest> connecting = Promise.promise();

        try (LogCapture log = LogCapture.of(LOGGER)) {
            Uni.createFrom()
                    .<ApiReply>emitter(emitter -> {
                        var exchange =
                                new ApiExchange<ApiReply>(emitter, runtime, new ServerClock(), (head, call) -> {});
                        exchange.start(connectingBy(connecting.future()), OPTIONS, Buffer.buffer());
                        exchange.cancel();
                    })
                    .subscribe()
                    .withSubscriber(UniAssertSubscriber.create());
            connecting.complete(opened);

            assertThat(join(opened.response().map(false).otherwise(true)))
                    .as("it was reset")
                    .isTrue();
            assertThat(log.lines()).isEmpty();
        }
    }

    private static HttpClient connectingBy(Future<HttpClientRequest> connection) {
        return (HttpClient) Proxy.newProxyInstance(
                HttpClient.class.getClassLoader(),
                new Class<?>[] {HttpClient.class},
                (proxy, method, arguments) -> connection);
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
