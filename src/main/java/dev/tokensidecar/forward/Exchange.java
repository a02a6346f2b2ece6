package dev.tokensidecar.forward;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request of the application: sent to the API with a token, and a second time with a newer one if the API says that
 * the first is over. Never a third time. All of it happens on one event loop.
 */
final class Exchange {

    private static final int MOST_ATTEMPTS = 2;

    /** RFC 9110 section 9.2.2: what may be sent again though nobody knows whether it has arrived. */
    private static final Set<HttpMethod> IDEMPOTENT = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.TRACE);

    private final Forward forward;
    private final HttpClient client;
    private final Refusals refusals;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final String rest;
    private final CallerBody body;
    private final Silence silence;
    private final Handler<Outcome> whenOver;
    private @Nullable Attempt attempt;
    private @Nullable Cancellable wait;
    private boolean awaiting;
    private int attempts;
    private boolean over;

    /** @param rest path and query below the target */
    Exchange(
            Forward forward,
            HttpClient client,
            Refusals refusals,
            KeptBytes kept,
            RoutingContext context,
            String rest,
            Handler<Outcome> whenOver) {
        this.forward = forward;
        this.client = client;
        this.refusals = refusals;
        this.context = context;
        this.request = context.request();
        this.rest = rest;
        this.silence = new Silence(context.vertx(), forward.limits().silence(), this::silent);
        this.body = new CallerBody(request, forward.limits().keptBody(), kept, silence::isBroken);
        this.whenOver = whenOver;
    }

    void begin() {
        var unused = context.addEndHandler(ended -> {
            if (ended.failed()) {
                end(Outcome.CANCELLED);
            }
        });
        if (forward.callerAuthorization() && request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            send(null);
            return;
        }
        AccessToken fresh = forward.tokens().fresh(CallerListener.NONE);
        if (fresh != null) {
            send(fresh);
        } else {
            await(TokenRequest.any(forward.maxWait()), this::send, this::refuse);
        }
    }

    /** There is a limit for it already: that of the caller's wait. */
    private void await(TokenRequest question, Handler<AccessToken> then, Handler<Throwable> otherwise) {
        Caller caller = CallerContext.of(context, CallerListener.NONE);
        awaiting = true;
        wait = forward.tokens()
                .token(question, caller)
                .subscribe()
                .with(
                        token -> {
                            awaiting = false;
                            silence.isBroken();
                            then.handle(token);
                        },
                        failure -> {
                            awaiting = false;
                            otherwise.handle(failure);
                        });
    }

    /** @param token null if the caller shows what it has itself */
    private void send(@Nullable AccessToken token) {
        if (over) {
            return;
        }
        attempts++;
        Attempt now = new Attempt(context.vertx(), request, body);
        attempt = now;
        now.send(client, forward.target().request(request.method(), rest), token, forward.withheld())
                .onComplete(answer -> answered(answer, token), failure -> lost(failure, token));
    }

    private void answered(HttpClientResponse answer, @Nullable AccessToken token) {
        silence.isBroken();
        if (over) {
            return;
        }
        if (token == null || !forward.rejection().concerns(answer.statusCode())) {
            relay(answer, Peek.NOTHING, ended());
            return;
        }
        Peek.into(answer, silence::isBroken)
                .onComplete(peek -> judge(answer, peek, token), failure -> lost(failure, token));
    }

    private Outcome ended() {
        return attempts == 1 ? Outcome.ANSWERED : Outcome.REPEATED;
    }

    private void judge(HttpClientResponse answer, Peek peek, AccessToken token) {
        if (over) {
            return;
        }
        if (!forward.rejection().rejects(answer, peek)) {
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
                    report(token);
                    relay(answer, peek, Outcome.REJECTED);
                }
            });
        }
    }

    /** The API's answer waits: where there is no newer token, it is the truth. */
    private void renew(HttpClientResponse answer, Peek peek, AccessToken token) {
        await(
                TokenRequest.afterRejection(TokenHash.of(token.value()), forward.maxWait()),
                newer -> {
                    if (!body.isEnded() || !peek.whole()) {
                        abandon();
                    }
                    send(newer);
                },
                failure -> {
                    if (willPass(failure)) {
                        abandon();
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

    /** Sets a refresh off and does not wait for it. */
    private void report(AccessToken token) {
        TokenRequest question = TokenRequest.afterRejection(TokenHash.of(token.value()), Duration.ZERO);
        var unused = forward.tokens()
                .token(question, CallerContext.of(context, CallerListener.NONE))
                .subscribe()
                .with(newer -> {}, failure -> {});
    }

    private void relay(HttpClientResponse answer, Peek before, Outcome outcome) {
        boolean unread = !body.isEnded() && body.isUntouched();
        new Relay(request, answer, silence::isBroken)
                .run(before, unread)
                .onComplete(
                        passed -> {
                            end(outcome);
                            if (unread) {
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
        if (awaiting) {
            return;
        }
        if (request.response().headWritten()) {
            breakOff(Outcome.TIMEOUT);
        } else if (body.isEnded() || body.isUntouched()) {
            refuse(
                    Refusal.of(ProblemKind.TARGET_TIMEOUT, "the API has not answered in time; see idle-timeout"),
                    Outcome.TIMEOUT);
        } else {
            refuse(
                    Refusal.of(ProblemKind.REQUEST_TIMEOUT, "the rest of the request has not come in time"),
                    Outcome.TIMEOUT);
        }
        abandon();
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

    private void end(Outcome outcome) {
        if (over) {
            return;
        }
        over = true;
        silence.end();
        if (wait != null) {
            wait.cancel();
        }
        if (outcome == Outcome.CANCELLED || !body.isEnded()) {
            abandon();
        }
        body.discard();
        whenOver.handle(outcome);
    }
}
