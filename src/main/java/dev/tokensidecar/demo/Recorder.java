package dev.tokensidecar.demo;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Records the latest token requests and counts all of them. */
final class Recorder {

    private static final int MAX_REMEMBERED = 10_000;
    private static final String EXTENSION_GRANT = "urn:ietf:params:oauth:grant-type:";

    /** One recorded token request. */
    static final class Entry {
        private final ReceivedRequest request;
        private final Instant arrivedAt;
        private @Nullable Instant endedAt;
        private @Nullable Integer status;

        private Entry(ReceivedRequest request, Instant arrivedAt) {
            this.request = request;
            this.arrivedAt = arrivedAt;
        }
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<String, Long> byGrant = new TreeMap<>();
    private final ObservableCounter arrived = new ObservableCounter("token requests have arrived");
    private final ObservableCounter ended = new ObservableCounter("token requests have ended");
    private long arrivals;
    private long successes;
    private long errors;
    private int inFlight;
    private int maxInFlight;

    synchronized Entry arrived(ReceivedRequest request, Instant now) {
        Entry entry = new Entry(request, now);
        entries.add(entry);
        if (entries.size() > MAX_REMEMBERED) {
            entries.remove();
        }
        arrivals++;
        byGrant.merge(grant(request.form().getOrDefault("grant_type", "")), 1L, Long::sum);
        inFlight++;
        maxInFlight = Math.max(maxInFlight, inFlight);
        arrived.add(1);
        return entry;
    }

    private static String grant(String type) {
        return TokenEndpoint.GRANT_TYPES.contains(type)
                ? type.replace(EXTENSION_GRANT, "").replace('-', '_')
                : "other";
    }

    /**
     * Records the end of a request. Called once for each.
     *
     * @param status the status of the response; null if it has none
     * @param granted whether the response has a token
     */
    synchronized void ended(Entry entry, Instant now, @Nullable Integer status, boolean granted) {
        entry.endedAt = now;
        entry.status = status;
        inFlight--;
        if (granted) {
            successes++;
        } else {
            errors++;
        }
        ended.add(1);
    }

    void awaitArrived(int wanted) {
        arrived.awaitAtLeast(wanted);
    }

    void awaitEnded(int wanted) {
        ended.awaitAtLeast(wanted);
    }

    synchronized List<RecordedRequest> requests() {
        return entries.stream()
                .map(entry -> new RecordedRequest(
                        entry.arrivedAt, entry.endedAt, entry.request.form(), entry.request.headers(), entry.status))
                .toList();
    }

    synchronized List<String> presentedRefreshTokens() {
        return entries.stream()
                .map(entry -> entry.request.field("refresh_token"))
                .filter(Objects::nonNull)
                .toList();
    }

    synchronized Stats stats(long reuseDetections) {
        return new Stats(arrivals, Map.copyOf(byGrant), successes, errors, inFlight, maxInFlight, reuseDetections);
    }
}
