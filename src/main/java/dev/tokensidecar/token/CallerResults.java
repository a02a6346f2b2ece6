package dev.tokensidecar.token;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What callers are told, and who else hears of it. */
final class CallerResults {

    private final Supplier<TokenState> state;
    private final Duration rejectedInterval;
    private final TimeSource time;
    private final TokenListener listener;

    /** @param rejectedInterval when it makes sense to come again with a token that stays rejected */
    CallerResults(Supplier<TokenState> state, Duration rejectedInterval, TimeSource time, TokenListener listener) {
        this.state = state;
        this.rejectedInterval = rejectedInterval;
        this.time = time;
        this.listener = listener;
    }

    /** The caller gets this token at once. */
    void served(AccessToken token, CallerListener caller) {
        listener.served();
        caller.served(token);
    }

    /** The caller gets an error at once. */
    void refused(TokenException why, CallerListener caller) {
        listener.refused(why, Duration.ZERO);
        caller.refused(why, Duration.ZERO);
    }

    /** The flight has brought this token: good news, unless it is the very one that the API rejects. */
    void landed(AccessToken token, CallerRequest question, UniEmitter<? super AccessToken> answer) {
        if (token.matches(question.request().rejected())) {
            failed(new TokenException.RejectedAgain(rejectedInterval), question, answer);
        } else {
            succeed(token, question, answer);
        }
    }

    /** There is no new token. Whoever asked for a longer life must not be worse off than one who did not. */
    void failed(Throwable failure, CallerRequest question, UniEmitter<? super AccessToken> answer) {
        AccessToken usable = question.request().rejected() == null ? usable() : null;
        if (usable != null) {
            succeed(usable, question, answer);
            return;
        }
        if (failure instanceof TokenException why) {
            Duration wait = waited(question);
            listener.refused(why, wait);
            question.caller().listener().refused(why, wait);
        }
        answer.fail(failure);
    }

    /** The caller went away. */
    void left(CallerRequest question) {
        listener.cancelled(waited(question));
    }

    private void succeed(AccessToken token, CallerRequest question, UniEmitter<? super AccessToken> answer) {
        Duration wait = waited(question);
        listener.servedAfter(wait);
        question.caller().listener().servedAfter(token, wait);
        answer.complete(token);
    }

    private @Nullable AccessToken usable() {
        TokenSnapshot held = state.get().held();
        return held.freshness(time.now()).usable() ? held.token() : null;
    }

    private Duration waited(CallerRequest question) {
        return time.now().since(question.since());
    }
}
