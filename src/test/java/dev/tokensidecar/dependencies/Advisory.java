package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A known vulnerability in the format of OSV.
 *
 * @param ids its own id and its aliases
 */
record Advisory(String id, Set<String> ids, String summary, List<Affected> affected) {

    /**
     * The affected versions of one library.
     *
     * @param versions single versions in addition to the ranges
     */
    record Affected(String name, List<VersionRange> ranges, List<String> versions) {

        boolean contains(Part part) {
            return name.equals(part.name())
                    && (versions.contains(part.version())
                            || ranges.stream().anyMatch(range -> range.contains(part.version())));
        }
    }

    static Advisory of(JsonObject osv) {
        String id = osv.getString("id");
        Set<String> ids = Stream.concat(Stream.of(id), strings(osv.getJsonArray("aliases", new JsonArray())))
                .collect(Collectors.toUnmodifiableSet());
        return new Advisory(
                id,
                ids,
                osv.getString("summary"),
                objects(osv.getJsonArray("affected")).map(Advisory::affected).toList());
    }

    private static Affected affected(JsonObject osv) {
        List<VersionRange> ranges = objects(osv.getJsonArray("ranges", new JsonArray()))
                .flatMap(range -> VersionRange.of(range.getJsonArray("events")).stream())
                .toList();
        return new Affected(
                osv.getJsonObject("package").getString("name"),
                ranges,
                strings(osv.getJsonArray("versions", new JsonArray())).toList());
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private static Stream<String> strings(JsonArray array) {
        return array.stream().map(String.class::cast);
    }

    boolean affects(Part part) {
        return affected.stream().anyMatch(one -> one.contains(part));
    }
}
