package dev.tokensidecar.store;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.TokenListener;
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
 * The access token as a file, for programs that read files: what a caller would get now, or no file. A new token, an alarm
 * and the end all lead to the same step, which looks at what should be there and sees to it; so their order does not matter.
 * {@code docs/decisions.md} tells why.
 */
public final class AccessTokenFile implements TokenListener {

    /** Timers stand still while a machine is suspended. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Duration RETRY = Duration.ofSeconds(5);
    /** A volume that hangs keeps no process from ending. */
    private static final Duration LONGEST_END = Duration.ofSeconds(2);

    private final AtomicFile file;
    private final AccessTokenFormat format;
    private final TokenRuntime runtime;
    private final Executor oneAtATime;
    private final TokenListener told;
    private final AtomicReference<@Nullable AccessToken> newest = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile @Nullable AccessToken written;
    private volatile boolean failed;
    private @Nullable StoreFailure trouble;
    private @Nullable ScheduledFuture<?> alarm;

    /**
     * Makes a file; touches nothing yet.
     *
     * @param oneAtATime runs everything, on one thread that may be blocked
     * @param told hears of trouble with the file
     */
    public AccessTokenFile(
            Path path,
            FileAccess access,
            AccessTokenFormat format,
            TokenRuntime runtime,
            Executor oneAtATime,
            TokenListener told) {
        this.file = new AtomicFile(path, access);
        this.format = format;
        this.runtime = runtime;
        this.oneAtATime = oneAtATime;
        this.told = told;
    }

    /** Removes what a process before this one has left there: it may be over long since. */
    public void open() {
        Instant start = runtime.time().now().instant();
        oneAtATime.execute(() -> {
            file.sweep(start);
            step();
        });
    }

    /** Whether it has what callers get. */
    public boolean upToDate() {
        return !failed && Objects.equals(written, wanted(runtime.time().now()));
    }

    /** Right after callers can have the token, and beside them: a slow volume is nothing they should wait for. */
    @Override
    public void refreshed(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
        var unused = newest.accumulateAndGet(token, AccessTokenFile::newer);
        look();
    }

    private static @Nullable AccessToken newer(@Nullable AccessToken one, @Nullable AccessToken other) {
        boolean first = other == null || (one != null && one.generation() > other.generation());
        return first ? one : other;
    }

    /** A process that is gone renews nothing. */
    @Override
    public Uni<Void> stopped() {
        stopped = true;
        return Uni.createFrom()
                .<Void>emitter(emitter -> oneAtATime.execute(() -> {
                    step();
                    emitter.complete(null);
                }))
                .ifNoItem()
                .after(LONGEST_END)
                .on(runtime.timers())
                .recoverWithUni(() -> Uni.createFrom().voidItem());
    }

    private void look() {
        oneAtATime.execute(this::step);
    }

    private void step() {
        Moment now = runtime.time().now();
        AccessToken wanted = wanted(now);
        try {
            if (wanted == null) {
                remove();
                arm(null);
            } else {
                write(wanted, now);
                arm(untilNextLook(wanted));
            }
            failed = false;
        } catch (StoreFailure e) {
            failed = true;
            fail(e);
            arm(RETRY);
        }
    }

    /** What a caller would get now; null for nothing. */
    private @Nullable AccessToken wanted(Moment now) {
        AccessToken token = newest.get();
        return token == null || stopped || token.usableFor(now).isNegative() ? null : token;
    }

    /** By the time that it is now: the write may have taken long. */
    private Duration untilNextLook(AccessToken usable) {
        Duration untilOver = usable.usableFor(runtime.time().now()).plusNanos(1);
        return untilOver.compareTo(HEARTBEAT) < 0 ? untilOver : HEARTBEAT;
    }

    private void write(AccessToken token, Moment now) {
        if (token.equals(written)) {
            return;
        }
        try {
            file.replace(format.encode(token, now));
        } catch (StoreFailure e) {
            makeRoom(e);
            throw e;
        }
        written = token;
        recover();
    }

    /** Callers do not get the one before any more, and without it there may be room for the next try. */
    private void makeRoom(StoreFailure why) {
        try {
            remove();
        } catch (StoreFailure also) {
            why.addSuppressed(also);
        }
    }

    private void remove() {
        file.delete();
        written = null;
    }

    private void arm(@Nullable Duration in) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarm = in == null ? null : runtime.timers().schedule(this::look, in.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void fail(StoreFailure failure) {
        StoreFailure before = trouble;
        trouble = failure;
        if (before == null || before.problem() != failure.problem()) {
            told.fileFailed(failure);
        }
    }

    /** Only a token that was written tells that the next one can be. */
    private void recover() {
        StoreFailure before = trouble;
        trouble = null;
        if (before != null) {
            told.fileRecovered(before.problem());
        }
    }
}
