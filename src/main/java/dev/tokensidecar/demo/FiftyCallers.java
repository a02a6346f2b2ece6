package dev.tokensidecar.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Fifty callers that call the demo API through the sidecar at the same moment, without a token. */
final class FiftyCallers {

    static final int NUMBER = 50;

    private static final int OK = 200;

    /**
     * How the latest herd fared.
     *
     * @param answered callers that got the response of the API
     * @param failed callers that got an error
     * @param tokenRequestsBefore at the authorization server, when it set out
     */
    record CallerCounts(int answered, int failed, long tokenRequestsBefore) {}

    private final WebClient callers;
    private final String api;
    private final AtomicReference<CallerCounts> latest = new AtomicReference<>(new CallerCounts(0, 0, 0));

    /** @param api the address of the API at the sidecar */
    FiftyCallers(Vertx vertx, String api) {
        this.callers = WebClient.create(vertx, new WebClientOptions().setMaxPoolSize(NUMBER));
        this.api = api;
    }

    CallerCounts latest() {
        return latest.get();
    }

    /** @param tokenRequests those that have arrived so far */
    void send(long tokenRequests) {
        latest.set(new CallerCounts(0, 0, tokenRequests));
        IntStream.range(0, NUMBER)
                .mapToObj(caller -> callers.getAbs(api).send())
                .forEach(this::count);
    }

    private void count(Future<HttpResponse<Buffer>> response) {
        response.onComplete(ended -> {
            boolean answered = ended.succeeded() && ended.result().statusCode() == OK;
            latest.updateAndGet(before -> new CallerCounts(
                    before.answered() + (answered ? 1 : 0),
                    before.failed() + (answered ? 0 : 1),
                    before.tokenRequestsBefore()));
        });
    }
}
