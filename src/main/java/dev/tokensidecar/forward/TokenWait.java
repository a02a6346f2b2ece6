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

/** What a forwarded request asks of the token service. A wait has its own limit already: that of the question. */
final class TokenWait {

    private final TokenService tokens;
    private final RoutingContext context;
    private final Runnable progress;
    private @Nullable Cancellable wait;
    private boolean awaiting;

    /** @param progress is told when a token has come */
    TokenWait(TokenService tokens, RoutingContext context, Runnable progress) {
        this.tokens = tokens;
        this.context = context;
        this.progress = progress;
    }

    boolean isAwaiting() {
        return awaiting;
    }

    void await(TokenRequest question, Handler<AccessToken> then, Handler<Throwable> otherwise) {
        Caller caller = CallerContext.of(context, CallerListener.NONE);
        awaiting = true;
        wait = tokens.token(question, caller)
                .subscribe()
                .with(
                        token -> {
                            awaiting = false;
                            progress.run();
                            then.handle(token);
                        },
                        failure -> {
                            awaiting = false;
                            otherwise.handle(failure);
                        });
    }

    /** Sets a refresh off and does not wait for it. */
    void report(AccessToken token) {
        TokenRequest question = TokenRequest.afterRejection(TokenHash.of(token.value()), Duration.ZERO);
        var unused = tokens.token(question, CallerContext.of(context, CallerListener.NONE))
                .subscribe()
                .with(newer -> {}, failure -> {});
    }

    void cancel() {
        if (wait != null) {
            wait.cancel();
        }
    }
}
