package dev.tokensidecar.token;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides what a caller gets from the result of a flight, and reports it to the listeners. */
final class CallerResults {

    private final Supplier<TokenState> state;
    private final Duration rejectedInterval;
    private final TimeSource time;
    private final TokenListener listener;

    /** @param rejectedInterval when a caller whose token stays rejected should try again */
    CallerResults(Supplier<TokenState> state, Duration rejectedInterval, TimeSource time, TokenListener listener) {
        this.state = state;
        this.rejectedInterval = rejectedInterval;
        this.time = time;
        this.listener = listener;
    }

    /** The caller gets this token without waiting. */
    void served(AccessToken token, CallerListener caller) {
        listener.served();
        caller.served(token);
    }

    /** The caller gets an error without waiting. */
    void failed(TokenException reason, CallerListener caller) {
        listener.failed(reason, Duration.ZERO);
        caller.failed(reason, Duration.ZERO);
    }

    /** The flight obtained this token, which helps the caller unless it is the very token that the API rejects. */
    void complete(AccessToken token, CallerRequest request, UniEmitter<? super AccessToken> result) {
        if (token.matches(request.request().rejected())) {
            fail(new TokenException.RejectedAgain(rejectedInterval), request, result);
        } else {
            serve(token, request, result);
        }
    }

    /** The flight failed. A caller with {@code min_ttl} still gets a usable token, as a caller without it does. */
    void fail(Throwable failure, CallerRequest request, UniEmitter<? super AccessToken> result) {
        AccessToken usable = request.request().rejected() == null ? usable() : null;
        if (usable != null) {
            serve(usable, request, result);
            return;
        }
        if (failure instanceof TokenException reason) {
            Duration wait = waited(request);
            listener.failed(reason, wait);
            request.caller().listener().failed(reason, wait);
        }
        result.fail(failure);
    }

    /** The caller disconnected. */
    void cancelled(CallerRequest request) {
        listener.cancelled(waited(request));
    }

    private void serve(AccessToken token, CallerRequest request, UniEmitter<? super AccessToken> result) {
        Duration wait = waited(request);
        listener.servedAfter(wait);
        request.caller().listener().servedAfter(token, wait);
        result.complete(token);
    }

    private @Nullable AccessToken usable() {
        TokenSnapshot snapshot = state.get().snapshot();
        return snapshot.freshness(time.now()).usable() ? snapshot.token() : null;
    }

    private Duration waited(CallerRequest request) {
        return time.now().since(request.since());
    }
}
