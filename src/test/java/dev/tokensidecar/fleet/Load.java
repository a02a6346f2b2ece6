package dev.tokensidecar.fleet;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What a fleet asks of its servers in a run, and when. */
final class Load {

    private final Map<Operation, Times> requests = new EnumMap<>(Operation.class);
    private final Times calls = new Times();
    private final Times conflicts = new Times();
    private final Times events = new Times();
    private final Times tokens = new Times();

    /** A member sends a request. */
    void sent(Operation operation, long now) {
        requests(operation).add(now);
        if (operation != Operation.POST) {
            calls.add(now);
        }
    }

    /** Returns when members sent requests of this kind. */
    Times requests(Operation operation) {
        return requests.computeIfAbsent(operation, first -> new Times());
    }

    /** Returns when members read or wrote the record. */
    Times calls() {
        return calls;
    }

    /** Returns the number of attempts to write the record. */
    int writes(Duration from, Duration to) {
        return calls.between(from, to) - requests(Operation.READ).between(from, to);
    }

    /** Returns when the store rejected a write because the record had changed. */
    Times conflicts() {
        return conflicts;
    }

    /** Returns when members heard of a change. */
    Times events() {
        return events;
    }

    /** Returns when members got an access token. */
    Times tokens() {
        return tokens;
    }
}
