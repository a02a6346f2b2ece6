package dev.tokensidecar.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Fifty callers that call the demo API through the sidecar at the same moment, without a token. */
final class FiftyCallers {

    static final int NUMBER = 50;

    private static final int OK = 200;

    /**
     * How the latest herd fared.
     *
     * @param answered callers that got the response of the API
     * @param failed callers that got an error
     * @param tokenRequestsBefore at the authorization server, when it set out; 0 before the first herd
     * @param tokenRequestsAfter the same when the last caller was answered; null until then
     */
    record CallerCounts(
            int answered,
            int failed,
            long tokenRequestsBefore,
            @Nullable Long tokenRequestsAfter) {

        private CallerCounts with(boolean answer) {
            return new CallerCounts(
                    answered + (answer ? 1 : 0), failed + (answer ? 0 : 1), tokenRequestsBefore, tokenRequestsAfter);
        }

        private CallerCounts endingAt(long tokenRequests) {
            return isComplete() ? new CallerCounts(answered, failed, tokenRequestsBefore, tokenRequests) : this;
        }

        private boolean isComplete() {
            return answered + failed == NUMBER;
        }
    }

    private final WebClient callers;
    private final String api;
    private final Supplier<Future<Long>> tokenRequests;
    private final AtomicReference<CallerCounts> latest = new AtomicReference<>(new CallerCounts(0, 0, 0, null));

    /**
     * @param api the address of the API at the sidecar
     * @param tokenRequests asks the authorization server how many have arrived
     */
    FiftyCallers(Vertx vertx, String api, Supplier<Future<Long>> tokenRequests) {
        this.callers = WebClient.create(vertx, new WebClientOptions().setMaxPoolSize(NUMBER));
        this.api = api;
        this.tokenRequests = tokenRequests;
    }

    CallerCounts latest() {
        return latest.get();
    }

    /** @param before the token requests that have arrived so far */
    void send(long before) {
        latest.set(new CallerCounts(0, 0, before, null));
        IntStream.range(0, NUMBER)
                .mapToObj(caller -> callers.getAbs(api).send())
                .forEach(this::count);
    }

    private void count(Future<HttpResponse<Buffer>> response) {
        response.onComplete(ended -> {
            boolean answered = ended.succeeded() && ended.result().statusCode() == OK;
            if (latest.updateAndGet(counts -> counts.with(answered)).isComplete()) {
                tokenRequests.get().onSuccess(after -> latest.updateAndGet(counts -> counts.endingAt(after)));
            }
        });
    }
}
