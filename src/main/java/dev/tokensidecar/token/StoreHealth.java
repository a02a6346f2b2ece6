package dev.tokensidecar.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the store, according to the last load, the last record of an attempt and the last save. Reports changes
 * only. A record that was written, or removed, does not prove that a token can be saved.
 */
final class StoreHealth {

    private final List<TokenListener> listeners;
    private @Nullable StoreFailure loading;
    private @Nullable StoreFailure recording;
    private @Nullable StoreFailure saving;

    /** @param listeners hear about changes; may be filled later */
    StoreHealth(List<TokenListener> listeners) {
        this.listeners = listeners;
    }

    /** Null if nothing is wrong, or nothing was tried yet. A failed save comes first because it costs most. */
    synchronized @Nullable StoreProblem problem() {
        StoreFailure worst = worst();
        return worst == null ? null : worst.problem();
    }

    void loaded(@Nullable StoreFailure failure) {
        change(() -> loading = failure);
    }

    /** An attempt was recorded, or recording it failed. */
    void attemptRecorded(@Nullable StoreFailure failure) {
        change(() -> recording = failure);
    }

    /** Another process has written the record: a store that was away for some time is back. */
    void adopted() {
        change(() -> recording = recording != null && recording.problem().passes() ? null : recording);
    }

    /** The token in use is the saved one, or saving it failed; usually nothing had to be written. */
    void confirmed(@Nullable StoreFailure failure) {
        change(() -> saving = failure);
    }

    /** A new token was saved, which proves that records can be written too; or saving it failed. */
    void saved(@Nullable StoreFailure failure) {
        change(() -> {
            saving = failure;
            recording = failure == null ? null : recording;
        });
    }

    private synchronized void change(Runnable change) {
        StoreProblem before = problem();
        change.run();
        report(before);
    }

    private void report(@Nullable StoreProblem before) {
        StoreFailure now = worst();
        if (now == null && before != null) {
            listeners.forEach(listener -> listener.storeRecovered(before));
        } else if (now != null && now.problem() != before) {
            listeners.forEach(listener -> listener.storeFailed(now));
        }
    }

    private @Nullable StoreFailure worst() {
        StoreFailure writing = saving == null ? recording : saving;
        return writing == null ? loading : writing;
    }
}
