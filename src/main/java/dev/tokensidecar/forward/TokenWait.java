package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Waits for tokens on behalf of a forwarded request. The token request has a maximum wait, so the wait needs no other
 * limit.
 */
final class TokenWait {

    private final TokenSource.RequestTokens tokens;
    private final RoutingContext context;
    private final Runnable onProgress;
    private @Nullable Cancellable wait;
    private boolean awaiting;

    /** @param onProgress runs when a token arrives */
    TokenWait(TokenSource.RequestTokens tokens, RoutingContext context, Runnable onProgress) {
        this.tokens = tokens;
        this.context = context;
        this.onProgress = onProgress;
    }

    boolean isAwaiting() {
        return awaiting;
    }

    /** Gets a token, at once if there is one. */
    void begin(Handler<AccessToken> onToken, Handler<Throwable> onFailure) {
        AccessToken fresh = tokens.fresh();
        if (fresh != null) {
            onToken.handle(fresh);
        } else {
            await(tokens.any(caller()), onToken, onFailure);
        }
    }

    /** Gets another token in place of a rejected one. */
    void renew(AccessToken rejected, Handler<AccessToken> onToken, Handler<Throwable> onFailure) {
        await(tokens.afterRejection(rejected, caller()), onToken, onFailure);
    }

    private void await(Uni<AccessToken> result, Handler<AccessToken> onToken, Handler<Throwable> onFailure) {
        awaiting = true;
        wait = result.subscribe()
                .with(
                        token -> {
                            awaiting = false;
                            onProgress.run();
                            onToken.handle(token);
                        },
                        failure -> {
                            awaiting = false;
                            onFailure.handle(failure);
                        });
    }

    /** Reports a rejected token, and does not wait for another one. */
    void report(AccessToken token) {
        tokens.report(token, caller());
    }

    /** Returns the problem for the application if no token is available. */
    ProblemResponse problem(Throwable failure) {
        return tokens.problem(failure);
    }

    private Caller caller() {
        return CallerContext.of(context, CallerListener.NONE);
    }

    void cancel() {
        if (wait != null) {
            wait.cancel();
        }
    }
}
