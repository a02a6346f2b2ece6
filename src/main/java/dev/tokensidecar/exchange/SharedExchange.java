package dev.tokensidecar.exchange;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.SharedResult;
import io.smallrye.mutiny.Uni;

/** One request, from the first caller that needs it, and the callers that wait for it. Thread-safe. */
final class SharedExchange {

    private final SharedResult<AccessToken> result = new SharedResult<>();

    private int callers = 1;
    private boolean begun;
    private boolean abandoned;

    /** Adds a caller. Returns whether it can wait here; false if the others have left before the request was sent. */
    synchronized boolean join() {
        if (abandoned) {
            return false;
        }
        callers++;
        return true;
    }

    /** Takes a caller away. Returns whether the request is not needed any more. One that was sent is: its token is kept. */
    synchronized boolean leave() {
        callers--;
        abandoned = callers == 0 && !begun;
        return abandoned;
    }

    /** Returns whether the request may be sent. */
    synchronized boolean begin() {
        begun = !abandoned;
        return begun;
    }

    Uni<AccessToken> token() {
        return result.uni();
    }

    void complete(AccessToken token) {
        result.complete(token);
    }

    void fail(Throwable failure) {
        result.fail(failure);
    }
}
