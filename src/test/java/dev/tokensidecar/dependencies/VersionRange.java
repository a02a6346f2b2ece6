package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.jspecify.annotations.Nullable;

/**
 * A range of versions, in the version order of Maven.
 *
 * @param end the first version after the range, or the last one in it; null for an open range
 * @param endIsIn whether the end belongs to the range
 */
record VersionRange(ComparableVersion start, @Nullable ComparableVersion end, boolean endIsIn) {

    /** An event of OSV and its version. */
    private record Event(String kind, ComparableVersion version) {}

    /** Builds ranges from the events of OSV: pairs of start and end, in any order. */
    static List<VersionRange> of(JsonArray events) {
        List<Event> sorted = events.stream()
                .map(JsonObject.class::cast)
                .flatMap(event -> event.stream()
                        .map(entry -> new Event(
                                entry.getKey(),
                                new ComparableVersion(entry.getValue().toString()))))
                .sorted(Comparator.comparing(Event::version).thenComparing(event -> !isStart(event)))
                .toList();
        List<VersionRange> ranges = new ArrayList<>();
        ComparableVersion start = null;
        for (Event event : sorted) {
            if (isStart(event)) {
                start = start == null ? event.version() : start;
            } else if (start != null) {
                ranges.add(new VersionRange(start, event.version(), event.kind().equals("last_affected")));
                start = null;
            }
        }
        if (start != null) {
            ranges.add(new VersionRange(start, null, false));
        }
        return ranges;
    }

    private static boolean isStart(Event event) {
        return event.kind().equals("introduced");
    }

    boolean contains(String version) {
        ComparableVersion asked = new ComparableVersion(version);
        return asked.compareTo(start) >= 0 && (end == null || asked.compareTo(end) < (endIsIn ? 1 : 0));
    }
}
