package dev.tokensidecar.kubernetes.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The responses that the applications of all pods got. */
public final class Polls {

    /** A response that comes later counts as an outage. */
    static final Duration LATE = Duration.ofSeconds(2);

    /**
     * A request that got no token in time.
     *
     * @param response the status and the error, or what happened instead
     */
    public record Outage(String pod, Instant sent, Instant ended, String response) {

        /** Whether the other one is the next of the same kind. */
        public boolean continuesWith(Outage next) {
            boolean soon = Duration.between(ended, next.sent).compareTo(LATE) < 0;
            return pod.equals(next.pod) && response.equals(next.response) && soon;
        }
    }

    private final Map<String, Instant> lastServed = new ConcurrentHashMap<>();
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final Queue<Outage> outages = new ConcurrentLinkedQueue<>();
    private final AtomicLong served = new AtomicLong();

    /**
     * Adds a response with a token.
     *
     * @param decided a moment before which the process cannot have decided to serve this token
     */
    void served(String pod, String token, Instant sent, Instant decided, Instant ended) {
        served.incrementAndGet();
        received.add(pod + " " + token);
        lastServed.merge(token, decided, (one, other) -> one.isAfter(other) ? one : other);
        if (Duration.between(decided, ended).compareTo(LATE) > 0) {
            outages.add(new Outage(pod, sent, ended, "late"));
        }
    }

    /** Adds a request that got no token. */
    void failed(String pod, Instant sent, Instant ended, String response) {
        outages.add(new Outage(pod, sent, ended, response));
    }

    public long served() {
        return served.get();
    }

    /** Returns the different tokens, and when each was certainly served last. */
    public Map<String, Instant> lastServed() {
        return Map.copyOf(lastServed);
    }

    /** Returns how often a pod had a token that it did not have before. */
    public int received() {
        return received.size();
    }

    public List<Outage> outages() {
        return List.copyOf(outages);
    }
}
