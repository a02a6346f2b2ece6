package dev.tokensidecar.token;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller that waits for a flight. Ends exactly once, by an answer, by its deadline or by leaving, whichever comes
 * first; the answer is delivered where the caller lives and never on the thread that brought it.
 *
 * <p>A herd has thousands of them: each object here counts.
 */
final class Waiter implements FlightCallback {

    private final long number;
    private final Flight flight;
    private final CallerRequest question;
    private final UniEmitter<? super AccessToken> answer;
    private final CallerResults answers;
    private final Consumer<Waiter> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Future<?> deadline;

    /**
     * Makes a waiter.
     *
     * @param number grows with each waiter
     * @param answers what the end of the wait means
     * @param onEnd runs exactly once, before the answer is delivered
     */
    Waiter(
            long number,
            Flight flight,
            CallerRequest question,
            UniEmitter<? super AccessToken> answer,
            CallerResults answers,
            Consumer<Waiter> onEnd) {
        this.number = number;
        this.flight = flight;
        this.question = question;
        this.answer = answer;
        this.answers = answers;
        this.onEnd = onEnd;
    }

    long number() {
        return number;
    }

    CallerRequest question() {
        return question;
    }

    /** The timer to put out when the wait ends. */
    void endsBefore(Future<?> timer) {
        deadline = timer;
        if (ended.get()) {
            timer.cancel(false);
        }
    }

    @Override
    public void succeed(AccessToken token) {
        if (end()) {
            deliver(() -> answers.landed(token, question, answer));
        }
    }

    @Override
    public void fail(Throwable failure) {
        var unused = tryFail(failure);
    }

    /** The same; false if the wait had ended before. */
    boolean tryFail(Throwable failure) {
        boolean ends = end();
        if (ends) {
            deliver(() -> answers.failed(failure, question, answer));
        }
        return ends;
    }

    @Override
    public boolean isGone() {
        return ended.get();
    }

    /** The caller went away. */
    void leave() {
        if (end()) {
            answers.left(question);
        }
    }

    private boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        onEnd.accept(this);
        flight.left();
        return true;
    }

    /** Whatever goes wrong with one caller is not the next one's problem. */
    private void deliver(Runnable task) {
        try {
            question.caller().executor().execute(task);
        } catch (RuntimeException theirs) {
            // the caller's executor is closed, or its callback threw: nobody is left to tell
        }
    }
}
