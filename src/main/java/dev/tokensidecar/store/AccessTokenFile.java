package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the access token in a file, for programs that read files: the token that a caller would get now, or no file, or
 * what the {@linkplain TokenFileFormat format} has for none. A new token, a timer and the shutdown all run the same update,
 * which brings the file to the state it should have. So their order does not matter. {@code docs/decisions.md} gives the
 * reasons.
 */
public final class AccessTokenFile implements AccessTokenPublisher {

    /** The longest time between two updates: timers do not advance while the machine is suspended. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Duration RETRY = Duration.ofSeconds(5);
    /** A volume that hangs must not keep the process from ending. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final AtomicFile file;
    private final TokenFileFormat format;
    private final TokenRuntime runtime;
    private final Executor serialExecutor;
    private final Listener listener;
    private final AtomicReference<@Nullable AccessToken> newest = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile @Nullable AccessToken written;
    private volatile boolean failed;
    private @Nullable StoreFailure lastFailure;
    private @Nullable ScheduledFuture<?> timer;

    /**
     * Does not touch the file yet.
     *
     * @param serialExecutor runs all file operations, on one thread that may block
     * @param listener learns of problems with the file
     */
    public AccessTokenFile(
            Path path,
            FileAccess access,
            TokenFileFormat format,
            TokenRuntime runtime,
            Executor serialExecutor,
            Listener listener) {
        this.file = new AtomicFile(path, access);
        this.format = format;
        this.runtime = runtime;
        this.serialExecutor = serialExecutor;
        this.listener = listener;
    }

    /** Removes the token of an earlier process, which may have expired long ago. */
    public void open() {
        Instant start = runtime.time().now().instant();
        serialExecutor.execute(() -> {
            file.sweep(start);
            update();
        });
    }

    /** Whether the file has the token that callers get. */
    public boolean upToDate() {
        return !failed && Objects.equals(written, currentToken(runtime.time().now()));
    }

    /** Writes the token after callers can get it and on another thread, so that no caller waits for a slow volume. */
    @Override
    public void publish(AccessToken token) {
        var unused = newest.accumulateAndGet(token, AccessTokenFile::newer);
        scheduleUpdate();
    }

    private static @Nullable AccessToken newer(@Nullable AccessToken one, @Nullable AccessToken other) {
        boolean first = other == null || (one != null && one.generation() > other.generation());
        return first ? one : other;
    }

    /** Removes the file, because nothing renews the token any more. */
    @Override
    public Uni<Void> withdraw() {
        stopped = true;
        return Uni.createFrom()
                .<Void>emitter(emitter -> serialExecutor.execute(() -> {
                    update();
                    emitter.complete(null);
                }))
                .ifNoItem()
                .after(STOP_TIMEOUT)
                .on(runtime.timers())
                .recoverWithUni(() -> Uni.createFrom().voidItem());
    }

    private void scheduleUpdate() {
        serialExecutor.execute(this::update);
    }

    private void update() {
        Moment now = runtime.time().now();
        AccessToken currentToken = currentToken(now);
        try {
            if (currentToken == null) {
                remove();
                setTimer(null);
            } else {
                write(currentToken, now);
                setTimer(untilNextUpdate(currentToken));
            }
            failed = false;
        } catch (StoreFailure e) {
            failed = true;
            fail(e);
            setTimer(RETRY);
        }
    }

    /** Returns the token that a caller would get now; null for none. */
    private @Nullable AccessToken currentToken(Moment now) {
        AccessToken token = newest.get();
        return token == null || stopped || token.usableFor(now).isNegative() ? null : token;
    }

    /** Reads the clock anew, because the write may have taken long. */
    private Duration untilNextUpdate(AccessToken token) {
        Duration untilUnusable = token.usableFor(runtime.time().now()).plusNanos(1);
        return untilUnusable.compareTo(HEARTBEAT) < 0 ? untilUnusable : HEARTBEAT;
    }

    private void write(AccessToken token, Moment now) {
        if (token.equals(written)) {
            return;
        }
        try {
            file.replace(format.encode(token, now).getBytes(UTF_8));
        } catch (StoreFailure e) {
            discardPrevious(e);
            throw e;
        }
        written = token;
        recover();
    }

    /** Callers no longer get the previous token, and its space may let the next attempt succeed. */
    private void discardPrevious(StoreFailure failure) {
        try {
            remove();
        } catch (StoreFailure another) {
            failure.addSuppressed(another);
        }
    }

    private void remove() {
        String content = format.withoutToken();
        if (content == null) {
            file.delete();
        } else {
            replace(content);
        }
        written = null;
    }

    private void replace(String content) {
        try {
            file.replace(content.getBytes(UTF_8));
        } catch (StoreFailure e) {
            // its space may let the next attempt succeed
            file.delete();
            throw e;
        }
    }

    private void setTimer(@Nullable Duration in) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = in == null ? null : runtime.timers().schedule(this::scheduleUpdate, in.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void fail(StoreFailure failure) {
        StoreFailure before = lastFailure;
        lastFailure = failure;
        if (before == null || before.problem() != failure.problem()) {
            listener.publishingFailed(failure);
        }
    }

    /** Called after a successful write: nothing else shows that the next one can succeed. */
    private void recover() {
        StoreFailure before = lastFailure;
        lastFailure = null;
        if (before != null) {
            listener.publishingRecovered(before.problem());
        }
    }
}
