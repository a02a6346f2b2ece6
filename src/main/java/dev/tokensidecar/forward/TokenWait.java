package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenService;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Waits for tokens on behalf of a forwarded request. The token request has a maximum wait, so the wait needs no other
 * limit.
 */
final class TokenWait {

    private final TokenService tokens;
    private final RoutingContext context;
    private final Runnable onProgress;
    private @Nullable Cancellable wait;
    private boolean awaiting;

    /** @param onProgress runs when a token arrives */
    TokenWait(TokenService tokens, RoutingContext context, Runnable onProgress) {
        this.tokens = tokens;
        this.context = context;
        this.onProgress = onProgress;
    }

    boolean isAwaiting() {
        return awaiting;
    }

    void await(TokenRequest request, Handler<AccessToken> onToken, Handler<Throwable> onFailure) {
        Caller caller = CallerContext.of(context, CallerListener.NONE);
        awaiting = true;
        wait = tokens.token(request, caller)
                .subscribe()
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

    /** Reports a rejected token, which may start a refresh, and does not wait for the result. */
    void report(AccessToken token) {
        TokenRequest request = TokenRequest.afterRejection(TokenHash.of(token.value()), Duration.ZERO);
        var unused = tokens.token(request, CallerContext.of(context, CallerListener.NONE))
                .subscribe()
                .with(newer -> {}, failure -> {});
    }

    void cancel() {
        if (wait != null) {
            wait.cancel();
        }
    }
}
