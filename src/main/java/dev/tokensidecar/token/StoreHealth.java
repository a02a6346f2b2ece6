package dev.tokensidecar.token;

import org.jspecify.annotations.Nullable;

/** What is wrong with the store now, as the last read and the last write saw it. Tells the listener of changes only. */
final class StoreHealth {

    private final TokenListener listener;
    private @Nullable StoreFailure reading;
    private @Nullable StoreFailure writing;

    StoreHealth(TokenListener listener) {
        this.listener = listener;
    }

    /** Null if nothing is wrong, or nothing was tried yet; a failed write goes first, since it costs more. */
    synchronized @Nullable StoreProblem problem() {
        StoreFailure worst = worst();
        return worst == null ? null : worst.problem();
    }

    synchronized void read(@Nullable StoreFailure failure) {
        StoreProblem before = problem();
        reading = failure;
        tell(before);
    }

    synchronized void written(@Nullable StoreFailure failure) {
        StoreProblem before = problem();
        writing = failure;
        tell(before);
    }

    private void tell(@Nullable StoreProblem before) {
        StoreFailure now = worst();
        if (now == null && before != null) {
            listener.storeRecovered(before);
        } else if (now != null && now.problem() != before) {
            listener.storeFailed(now);
        }
    }

    private @Nullable StoreFailure worst() {
        return writing == null ? reading : writing;
    }
}
