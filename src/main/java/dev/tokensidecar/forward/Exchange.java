package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * One request of the application: sent to the API with a token, and a second time with a newer one if the API says that
 * the first is over. Never a third time. All of it happens on one event loop.
 */
final class Exchange {

    /** The bytes of a head that every request may have; more is taken from what all share. */
    private static final int HEAD = 8 * 1024;

    private final Forward forward;
    private final CallerEnd caller;
    private final HttpServerRequest request;
    private final BufferBudget.Share memory;
    private final CallerBody body;
    private final TokenWait tokens;
    private final Patience patience;
    private final Attempts attempts;
    private final Handler<Outcome> whenOver;
    private boolean begun;
    private boolean over;

    /** @param rest path and query below the target */
    Exchange(
            Forward forward,
            ConnectionPool pool,
            Refusals refusals,
            BufferBudget budget,
            RoutingContext context,
            String rest,
            Handler<Outcome> whenOver) {
        this.forward = forward;
        this.caller = new CallerEnd(context, refusals);
        this.request = context.request();
        this.memory = budget.share(this::outOfMemory);
        this.body = new CallerBody(request, forward.limits().keptBody(), memory, this::progress);
        this.tokens = new TokenWait(forward.tokens(), context, this::progress);
        this.patience = new Patience(context.vertx(), forward.limits(), body, tokens::isAwaiting, this::impatient);
        this.attempts = new Attempts(
                context.vertx(),
                forward,
                pool,
                request,
                rest,
                body,
                this::answered,
                why -> refuse(why, Outcome.UNAVAILABLE));
        this.whenOver = whenOver;
        var unused = context.addEndHandler(ended -> {
            if (ended.failed()) {
                end(Outcome.CANCELLED);
            }
        });
    }

    private void progress() {
        patience.isRewarded();
    }

    void begin() {
        begun = true;
        if (!memory.take(Math.max(0, FieldSyntax.size(request.headers()) - HEAD))) {
            outOfMemory();
            return;
        }
        if (forward.callerAuthorization() && request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            attempts.send(null);
            return;
        }
        AccessToken fresh = forward.tokens().fresh(CallerListener.NONE);
        if (fresh != null) {
            attempts.send(fresh);
        } else {
            tokens.await(TokenRequest.any(forward.maxWait()), attempts::send, this::refuse);
        }
    }

    /**
     * It has to wait for a place. A short body is read meanwhile: only who reads learns that a caller has gone, and the API
     * must not be asked for somebody who has given up.
     */
    void park() {
        if (!begun && !over && body.isShort()) {
            body.whole().onSuccess(kept -> {
                if (!kept && !begun) {
                    outOfMemory();
                }
            });
        }
    }

    private void answered(HttpClientResponse response, @Nullable AccessToken token) {
        progress();
        if (!FieldSyntax.isClear(response.headers())) {
            refuse(Loss.unclear(forward.target()), Outcome.UNAVAILABLE);
            return;
        }
        if (!memory.take(Math.max(0, FieldSyntax.size(response.headers()) - HEAD))) {
            outOfMemory();
            return;
        }
        Answer answer = new Answer(response, attempts.isShared(), memory, this::outOfMemory);
        if (token == null || !forward.rejection().concerns(response.statusCode())) {
            relay(answer, Peek.NOTHING, ended());
            return;
        }
        Peek.into(answer, memory, this::progress)
                .onComplete(peek -> judge(answer, peek, token), failure -> attempts.lose(failure, token));
    }

    private Outcome ended() {
        return attempts.isFirst() ? Outcome.ANSWERED : Outcome.REPEATED;
    }

    private void judge(Answer answer, Peek peek, AccessToken token) {
        if (over) {
            return;
        }
        if (!forward.rejection().rejects(answer.response(), peek)) {
            relay(answer, peek, ended());
        } else if (attempts.isLast()) {
            relay(answer, peek, Outcome.REJECTED);
        } else if (body.isUntouched()) {
            renew(answer, peek, token);
        } else {
            body.whole().onSuccess(kept -> {
                if (over) {
                    return;
                }
                if (kept) {
                    renew(answer, peek, token);
                } else {
                    tokens.report(token);
                    relay(answer, peek, Outcome.REJECTED);
                }
            });
        }
    }

    /** The API's answer waits: where there is no newer token, it is the truth. */
    private void renew(Answer answer, Peek peek, AccessToken token) {
        tokens.await(
                TokenRequest.afterRejection(TokenHash.of(token.value()), forward.maxWait()),
                newer -> {
                    if (!body.isEnded() || !peek.whole()) {
                        attempts.abandon();
                    }
                    memory.giveBack(peek.reserved());
                    attempts.send(newer);
                },
                failure -> {
                    if (willPass(failure)) {
                        refuse(failure);
                    } else {
                        relay(answer, peek, Outcome.REJECTED);
                    }
                });
    }

    /** Whether it helps to come again: then a 401, which tells people to log in, would be the wrong thing to say. */
    private static boolean willPass(Throwable failure) {
        return Refusal.of(failure).isRetryable() && !(failure instanceof TokenException.RejectedAgain);
    }

    private void relay(Answer answer, Peek before, Outcome outcome) {
        if (over) {
            return;
        }
        Relay now = new Relay(request, answer, forward.cookies(), this::progress);
        boolean unread = !body.isEnded() && body.isUntouched();
        boolean last = unread || now.isEndedByClose();
        now.run(before, last)
                .onComplete(
                        passed -> {
                            passed(outcome);
                            if (last) {
                                caller.close();
                            }
                        },
                        failure -> breakOff(Outcome.UNAVAILABLE));
    }

    private void refuse(Throwable noToken) {
        refuse(Refusal.of(noToken), Outcome.NO_TOKEN);
    }

    private void refuse(Refusal refusal, Outcome outcome) {
        if (!over) {
            caller.refuse(refusal);
            end(outcome);
        }
    }

    /**
     * Ends it in favour of another request, unless the API has all of it and may not get it again: nobody could tell the
     * caller what has come of it. A response that was begun breaks off.
     */
    boolean giveWay() {
        boolean given = !over
                && (caller.isAnswered() || !begun || !body.isEnded() || tokens.isAwaiting() || attempts.isIdempotent());
        if (given) {
            tooMany("this user has its share of them");
        }
        return given;
    }

    /** A request that has a right to a place has waited for one as long as it would for the API. */
    private void impatient(Refusal why) {
        if (begun) {
            giveUp(why, Outcome.TIMEOUT);
        } else {
            tooMany("none of them has ended in time");
        }
    }

    private void tooMany(String reason) {
        giveUp(
                Refusal.of(
                        ProblemKind.TOO_MANY_REQUESTS, "more requests are being forwarded than may be, and " + reason),
                Outcome.REFUSED);
    }

    private void outOfMemory() {
        giveUp(
                Refusal.of(
                        ProblemKind.TOO_MANY_REQUESTS, "the memory for requests that are being forwarded is used up"),
                Outcome.REFUSED);
    }

    /** A body that has not come is not waited for: the caller's connection ends. */
    private void giveUp(Refusal refusal, Outcome outcome) {
        if (over) {
            return;
        }
        if (caller.isAnswered()) {
            breakOff(outcome);
        } else if (body.isEnded()) {
            refuse(refusal, outcome);
        } else {
            caller.refuseAndClose(refusal);
            end(outcome);
        }
    }

    /** An answer that was begun cannot be taken back; a connection that ends before it does tells the caller so. */
    private void breakOff(Outcome outcome) {
        end(outcome);
        caller.close();
    }

    /** The caller has the API's answer. */
    private void passed(Outcome outcome) {
        over(outcome, !body.isEnded());
    }

    /** It ends in another way, so nothing more of it may be sent or read. */
    private void end(Outcome outcome) {
        over(outcome, true);
    }

    private void over(Outcome outcome, boolean abandoned) {
        if (over) {
            return;
        }
        over = true;
        patience.end();
        tokens.cancel();
        attempts.end(abandoned);
        body.discard();
        memory.close();
        whenOver.handle(outcome);
    }
}
