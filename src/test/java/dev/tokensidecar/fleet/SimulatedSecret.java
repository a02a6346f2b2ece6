package dev.tokensidecar.fleet;

import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedToken;
import dev.tokensidecar.token.StoredRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The object in which all members keep the record, as the API server of Kubernetes keeps a Secret. */
final class SimulatedSecret {

    /** Whoever waits for a claim does not notice a shorter outage. */
    private static final Duration SHORT_OUTAGE = Duration.ofSeconds(15);

    private final Fleet fleet;
    private final RefreshToken firstSeed;
    private final Map<String, SharedToken> older = new HashMap<>();
    private SessionRecord record = SessionRecord.EMPTY;
    private SessionRecord before = SessionRecord.EMPTY;
    private RefreshToken seed;
    private long number = 1;
    private long lastOutageEnd;

    SimulatedSecret(Fleet fleet, RefreshToken firstSeed) {
        this.fleet = fleet;
        this.firstSeed = firstSeed;
        this.seed = firstSeed;
    }

    SessionRecord record() {
        return record;
    }

    RefreshToken firstSeed() {
        return firstSeed;
    }

    /** Returns the number of the version, which grows with each change. */
    long number() {
        return number;
    }

    StoredRecord read() {
        boolean stale = fleet.defect() == Defect.STALE_READS && fleet.random().nextInt(4) == 0;
        return new StoredRecord(stale ? before : record, version(), seed, null);
    }

    private String version() {
        return fleet.defect() == Defect.VERSION_REUSED ? "g" + record.generation() : String.valueOf(number);
    }

    /** Returns the access token before this one; the same if there was none. */
    SharedToken older(String name, SharedToken newest) {
        return older.getOrDefault(name, newest);
    }

    /** Writes the record if this is the version; fails with a {@link RecordConflict} otherwise. */
    String write(SessionRecord next, String expected, SimulatedProcess writer) {
        if (!expected.equals(version()) && fleet.defect() != Defect.VERSION_UNCHECKED) {
            throw new RecordConflict();
        }
        fleet.trace().add("secret", () -> describe(next));
        fleet.invariants().written(record, next, writer);
        record.shared().tokens().forEach((name, token) -> {
            SharedToken newer = next.shared().tokens().get(name);
            if (newer != null && newer.sequence() > token.sequence()) {
                older.put(name, token);
            }
        });
        before = record;
        record = next;
        change(writer);
        return version();
    }

    /** Nobody can reach the store. */
    void unreachable(Duration length, long until) {
        if (length.compareTo(SHORT_OUTAGE) > 0) {
            lastOutageEnd = Math.max(lastOutageEnd, until);
        }
    }

    /** Returns when the last outage has ended, or will end, after which everybody's patience begins anew. */
    long lastOutageEnd() {
        return lastOutageEnd;
    }

    /** Somebody has logged in. */
    void seed(RefreshToken next) {
        seed = next;
        change(null);
    }

    /** Somebody changes something that is not in the record. */
    void touch() {
        change(null);
    }

    private void change(@Nullable SimulatedProcess writer) {
        number++;
        StoredRecord content = new StoredRecord(record, version(), seed, null);
        fleet.members().stream()
                .map(Member::process)
                .filter(process -> process != writer)
                .forEach(process -> process.store().changed(content, number));
    }

    private String describe(SessionRecord next) {
        return "version " + (number + 1) + ": generation " + next.generation() + ", "
                + (next.current() == null ? "no token" : next.current().value().reveal())
                + (next.claim() == null
                        ? ""
                        : ", claim of " + next.claim().holder().run())
                + (next.doubt() == null ? "" : ", doubt")
                + (next.shared().pause() == null
                        ? ""
                        : ", pause after " + next.shared().pause().error())
                + next.shared().tokens().entrySet().stream()
                        .map(token -> ", " + token.getKey() + " "
                                + token.getValue().value().reveal())
                        .reduce("", String::concat);
    }
}
