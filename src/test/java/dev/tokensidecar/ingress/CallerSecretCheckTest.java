package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.token.Secret;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the operator learns of callers without the secret. */
class CallerSecretCheckTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int open() {
        CallerCredentials credentials = new CallerCredentials(null, null, () -> List.of(Secret.of("s3cret")));
        Router router = Router.router(vertx);
        var unused = router.route()
                .handler(CallerSecretCheck.ofAllPaths(
                        new ProblemResponder(new ObjectMapper()), credentials, AuditTrail.OFF))
                .handler(context -> {
                    var unusedEnd = context.response().end("served");
                });
        return vertx.createHttpServer()
                .requestHandler(request -> router.handle(request.pause()))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private static int send(int port, String secret) {
        try (RawHttp connection =
                RawHttp.send(port, "GET / HTTP/1.1", "Host: localhost", "X-Sidecar-Secret: " + secret)) {
            return connection.readResponse().status();
        }
    }

    @Test
    void rejectedCallersAreLoggedOnceAMinuteWithoutWhatTheyPresent() {
        try (LogCapture log = LogCapture.of(RejectedCallers.class.getName())) {
            int port = open();

            assertThat(send(port, "s3cret")).isEqualTo(200);
            assertThat(log.lines()).isEmpty();
            assertThat(send(port, "guessed")).isEqualTo(403);
            assertThat(send(port, "guessed")).isEqualTo(403);

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .endsWith(" a caller is rejected listener=127.0.0.1:" + port
                            + " cure=\"the caller secret is required, as the header X-Sidecar-Secret or as the password of"
                            + " HTTP Basic\"\n");
        }
    }
}
