package dev.tokensidecar.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the store now, as the last load, the last note and the last save saw it. Tells of changes
 * only. A note that could be written, or removed, says nothing of a token that could not.
 */
final class StoreHealth {

    private final List<TokenListener> listeners;
    private @Nullable StoreFailure loading;
    private @Nullable StoreFailure noting;
    private @Nullable StoreFailure saving;

    /** @param listeners hear of changes; may be filled later */
    StoreHealth(List<TokenListener> listeners) {
        this.listeners = listeners;
    }

    /** Null if nothing is wrong, or nothing was tried yet; a failed save goes first, since it costs most. */
    synchronized @Nullable StoreProblem problem() {
        StoreFailure worst = worst();
        return worst == null ? null : worst.problem();
    }

    void loaded(@Nullable StoreFailure failure) {
        change(() -> loading = failure);
    }

    /** An attempt was noted, or could not be. */
    void noted(@Nullable StoreFailure failure) {
        change(() -> noting = failure);
    }

    /** The token in use is the one that is kept, or could not be; mostly nothing had to be written for that. */
    void settled(@Nullable StoreFailure failure) {
        change(() -> saving = failure);
    }

    /** A new token was written, and so could a note be; or it could not. */
    void saved(@Nullable StoreFailure failure) {
        change(() -> {
            saving = failure;
            noting = failure == null ? null : noting;
        });
    }

    private synchronized void change(Runnable change) {
        StoreProblem before = problem();
        change.run();
        tell(before);
    }

    private void tell(@Nullable StoreProblem before) {
        StoreFailure now = worst();
        if (now == null && before != null) {
            listeners.forEach(listener -> listener.storeRecovered(before));
        } else if (now != null && now.problem() != before) {
            listeners.forEach(listener -> listener.storeFailed(now));
        }
    }

    private @Nullable StoreFailure worst() {
        StoreFailure writing = saving == null ? noting : saving;
        return writing == null ? loading : writing;
    }
}
