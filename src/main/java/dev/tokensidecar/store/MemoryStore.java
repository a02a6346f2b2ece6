package dev.tokensidecar.store;

import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.StoredRecord;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** A store that offers the seed, and keeps the record until the process ends. */
public final class MemoryStore implements RecordStore {

    private final SeedFile seed;
    private SessionRecord record = SessionRecord.EMPTY;
    private long version;

    public MemoryStore(SeedFile seed) {
        this.seed = seed;
    }

    @Override
    public Uni<StoredRecord> read() {
        return Uni.createFrom().item(this::stored);
    }

    private synchronized StoredRecord stored() {
        return new StoredRecord(record, Long.toString(version), readSeed(), null);
    }

    /** An unreadable seed matters only as long as there is nothing else. */
    private @Nullable RefreshToken readSeed() {
        try {
            return seed.read().orElse(null);
        } catch (RefreshFailure.Misconfigured unreadable) {
            if (record.current() == null && record.previous() == null) {
                throw unreadable;
            }
            return null;
        }
    }

    @Override
    public Uni<String> write(SessionRecord next, String expected) {
        return Uni.createFrom().item(() -> replace(next, expected));
    }

    private synchronized String replace(SessionRecord next, String expected) {
        if (!expected.equals(Long.toString(version))) {
            throw new RecordConflict();
        }
        record = next;
        version++;
        return Long.toString(version);
    }

    @Override
    public boolean durable() {
        return false;
    }
}
