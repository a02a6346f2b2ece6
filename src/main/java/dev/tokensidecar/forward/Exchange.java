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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request of the application: sent to the API with a token, and a second time with a newer one if the API says that
 * the first is over. Never a third time. All of it happens on one event loop.
 */
final class Exchange {

    private static final int MOST_ATTEMPTS = 2;

    /** The bytes of a head that every request may have; more is taken from what all share. */
    private static final int HEAD = 8 * 1024;

    /** RFC 9110 section 9.2.2: what may be sent again though nobody knows whether it has arrived. */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final Forward forward;
    private final ConnectionPool pool;
    private final Refusals refusals;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final String rest;
    private final BufferBudget.Share memory;
    private final CallerBody body;
    private final Silence silence;
    private final @Nullable BodyDeadline deadline;
    private final TokenWait tokens;
    private final Handler<Outcome> whenOver;
    private @Nullable Attempt attempt;
    private int attempts;
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
        this.pool = pool;
        this.refusals = refusals;
        this.context = context;
        this.request = context.request();
        this.rest = rest;
        this.memory = budget.share(this::outOfMemory);
        this.silence = new Silence(context.vertx(), forward.limits().silence(), this::silent);
        this.body = new CallerBody(request, forward.limits().keptBody(), memory, silence::isBroken);
        this.deadline = body.isEnded()
                ? null
                : new BodyDeadline(
                        context.vertx(),
                        forward.limits().body(),
                        body::isAwaited,
                        () -> timeOut(ProblemKind.REQUEST_TIMEOUT));
        this.tokens = new TokenWait(forward.tokens(), context, silence::isBroken);
        this.whenOver = whenOver;
    }

    void begin() {
        var unused = context.addEndHandler(ended -> {
            if (ended.failed()) {
                end(Outcome.CANCELLED);
            }
        });
        if (!memory.take(Math.max(0, FieldSyntax.size(request.headers()) - HEAD))) {
            outOfMemory();
            return;
        }
        if (forward.callerAuthorization() && request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            send(null);
            return;
        }
        AccessToken fresh = forward.tokens().fresh(CallerListener.NONE);
        if (fresh != null) {
            send(fresh);
        } else {
            tokens.await(TokenRequest.any(forward.maxWait()), this::send, this::refuse);
        }
    }

    /** @param token null if the caller shows what it has itself */
    private void send(@Nullable AccessToken token) {
        if (over) {
            return;
        }
        attempts++;
        if (attempt != null) {
            attempt.end();
        }
        Attempt now = new Attempt(context.vertx(), request, body);
        attempt = now;
        now.send(pool, forward.target().uri(rest), token, forward.withheld())
                .onComplete(answer -> answered(answer, now.isShared(), token), failure -> lost(failure, token));
    }

    private void answered(HttpClientResponse response, boolean shared, @Nullable AccessToken token) {
        silence.isBroken();
        if (over) {
            return;
        }
        if (!FieldSyntax.isClear(response.headers())) {
            refuse(Loss.unclear(forward.target()), Outcome.UNAVAILABLE);
            return;
        }
        if (!memory.take(Math.max(0, FieldSyntax.size(response.headers()) - HEAD))) {
            outOfMemory();
            return;
        }
        Answer answer = new Answer(response, shared, memory, this::outOfMemory);
        if (token == null || !forward.rejection().concerns(response.statusCode())) {
            relay(answer, Peek.NOTHING, ended());
            return;
        }
        Peek.into(answer, memory, silence::isBroken)
                .onComplete(peek -> judge(answer, peek, token), failure -> lost(failure, token));
    }

    private Outcome ended() {
        return attempts == 1 ? Outcome.ANSWERED : Outcome.REPEATED;
    }

    private void judge(Answer answer, Peek peek, AccessToken token) {
        if (over) {
            return;
        }
        if (!forward.rejection().rejects(answer.response(), peek)) {
            relay(answer, peek, ended());
        } else if (attempts == MOST_ATTEMPTS) {
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
                        abandon();
                    }
                    memory.giveBack(peek.reserved());
                    send(newer);
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
        Relay relay = new Relay(request, answer, forward.cookies(), silence::isBroken);
        boolean unread = !body.isEnded() && body.isUntouched();
        boolean last = unread || relay.isEndedByClose();
        relay.run(before, last)
                .onComplete(
                        passed -> {
                            passed(outcome);
                            if (last) {
                                close();
                            }
                        },
                        failure -> breakOff(Outcome.UNAVAILABLE));
    }

    private void lost(Throwable failure, @Nullable AccessToken token) {
        if (over) {
            return;
        }
        boolean again = attempts < MOST_ATTEMPTS
                && attempt != null
                && attempt.isConnected()
                && Loss.isBrokenOff(failure)
                && IDEMPOTENT.contains(request.method())
                && (body.isUntouched() || body.isKept());
        if (again) {
            send(token);
        } else {
            refuse(Loss.refusal(forward.target(), failure), Outcome.UNAVAILABLE);
        }
    }

    private void refuse(Throwable noToken) {
        refuse(Refusal.of(noToken), Outcome.NO_TOKEN);
    }

    private void refuse(Refusal refusal, Outcome outcome) {
        if (!over) {
            refusals.send(context, refusal);
            end(outcome);
        }
    }

    private void silent() {
        if (!tokens.isAwaiting()) {
            timeOut(body.isAwaited() ? ProblemKind.REQUEST_TIMEOUT : ProblemKind.TARGET_TIMEOUT);
        }
    }

    private void timeOut(ProblemKind kind) {
        String detail = kind == ProblemKind.REQUEST_TIMEOUT
                ? "the rest of the request has not come in time; see body-timeout and idle-timeout"
                : "the API has not answered in time; see idle-timeout";
        giveUp(Refusal.of(kind, detail), Outcome.TIMEOUT);
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
        if (request.response().headWritten()) {
            breakOff(outcome);
        } else if (body.isEnded()) {
            refuse(refusal, outcome);
        } else {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            var unused = context.addEndHandler(sent -> close());
            refuse(refusal, outcome);
        }
    }

    /** An answer that was begun cannot be taken back; a connection that ends before it does tells the caller so. */
    private void breakOff(Outcome outcome) {
        end(outcome);
        close();
    }

    private void close() {
        var unused = request.connection().close();
    }

    private void abandon() {
        if (attempt != null) {
            attempt.abandon();
        }
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
        silence.end();
        if (deadline != null) {
            deadline.end();
        }
        tokens.cancel();
        if (abandoned) {
            abandon();
        }
        if (attempt != null) {
            attempt.end();
        }
        body.discard();
        memory.close();
        whenOver.handle(outcome);
    }
}
