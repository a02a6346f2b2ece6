package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Port to the place where the record of a session is kept: read it, write it if it is still the version that was read, and
 * hear about changes. Operations take effect in the order of their subscriptions. Each may fail with a {@link StoreFailure}.
 */
public interface RecordStore {

    /**
     * Reads the record.
     *
     * @return fails with a {@link StoreFailure} if there is something that must not be ignored, or with a
     *     {@link RefreshFailure.Misconfigured} if there is only a seed and it cannot be read
     */
    Uni<StoredRecord> read();

    /**
     * Replaces the record, as durably as this store can.
     *
     * @param version the version to replace, from {@link #read} or from the write before
     * @return the version of the new record; fails with a {@link RecordConflict} if the store has another version
     */
    Uni<String> write(SessionRecord next, String version);

    /** Calls back with each change that somebody else makes, if this store can tell. At most one watcher. */
    default void watch(Consumer<StoredRecord> watcher) {}

    /** Whether the process that holds this claim has certainly ended. Never fails. */
    default Uni<Boolean> isAbandoned(Claim claim) {
        return Uni.createFrom().item(false);
    }

    /** Returns how often to read the record while another process holds a claim, in case no change is reported. */
    default Duration pollInterval() {
        return Duration.ofSeconds(10);
    }

    /** Returns the clock of access tokens in the record; null if this store does not share access tokens. */
    default @Nullable StoreClock sharedClock() {
        return null;
    }

    /** Whether a refresh token must not be presented without a claim in the record. */
    default boolean claimRequired() {
        return false;
    }

    /** Whether the record survives the end of the process. */
    boolean durable();
}
