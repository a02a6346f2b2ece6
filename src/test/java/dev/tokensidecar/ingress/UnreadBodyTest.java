package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.http.RawHttp.Response;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The handlers reject what they do not serve before they read it. */
class UnreadBodyTest {

    private final Vertx vertx = Vertx.vertx();
    private int readOnly;
    private int forms;

    @BeforeEach
    void open() {
        readOnly = open(new ReadOnlyPaths("/served"::equals, new ObjectMapper()));
        forms = open(new FormsOnly(new ProblemResponder(new ObjectMapper())));
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int open(Handler<RoutingContext> filter) {
        Router router = Router.router(vertx);
        var unused = router.route().handler(filter).handler(context -> {
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

    private static Response send(int port, String requestLine, String... fields) {
        String[] lines = new String[fields.length + 2];
        lines[0] = requestLine + " HTTP/1.1";
        lines[1] = "Host: localhost";
        System.arraycopy(fields, 0, lines, 2, fields.length);
        try (RawHttp connection = RawHttp.send(port, lines)) {
            return connection.readResponse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /served, 200",
        "GET /served?a=b, 200",
        "GET /served/, 404",
        "GET /served/more, 404",
        "GET /, 404",
        "POST /served, 405",
        "PUT /served, 405",
        "OPTIONS /served, 405",
        "TRACE /served, 405",
        "ODD /served, 405",
    })
    void onlyReadsOfTheListedPathsAreServed(String request, int status) {
        assertThat(send(readOnly, request, "Content-Length: 0").status()).isEqualTo(status);
    }

    @Test
    void anUnreadBodyClosesTheConnection() {
        try (RawHttp connection =
                RawHttp.send(readOnly, "GET /served HTTP/1.1", "Host: a", "Content-Length: 9900000")) {
            Response reply = connection.readResponse();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.head()).contains("connection: close");
            assertThat(connection.isClosed()).isTrue();
        }
        assertThat(send(readOnly, "GET /served", "Transfer-Encoding: chunked").status())
                .isEqualTo(400);
    }

    @Test
    void theTokenInterfaceRespondsWithoutReadingABodyThatIsNoForm() {
        try (RawHttp connection = RawHttp.send(forms, "GET /any HTTP/1.1", "Host: a", "Content-Length: 9900000")) {
            Response reply = connection.readResponse();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.head()).contains("connection: close");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "multipart/form-data; boundary=x, 415",
        "MULTIPART/mixed, 415",
        "application/x-www-form-urlencoded, 200",
        "text/plain, 200"
    })
    void anUploadIsRejected(String type, int status) {
        assertThat(send(forms, "POST /any", "Content-Length: 5", "Content-Type: " + type)
                        .status())
                .isEqualTo(status);
    }

    @Test
    void aRejectedMethodComesWithTheAllowedOnes() {
        assertThat(send(readOnly, "POST /served").head()).contains("allow: get, head");
    }
}
