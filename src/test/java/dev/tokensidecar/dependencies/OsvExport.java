package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The advisories of an ecosystem in an OSV export: one file each, in a directory or a zip file. */
record OsvExport(Path path) {

    /** Returns the advisories for these libraries, ordered by id, reduced to what {@link Advisory} reads. */
    List<JsonObject> concerning(Set<String> names) throws IOException {
        if (Files.isDirectory(path)) {
            return concerning(path, names);
        }
        try (FileSystem zip = FileSystems.newFileSystem(path)) {
            return concerning(zip.getPath("/"), names);
        }
    }

    private static List<JsonObject> concerning(Path root, Set<String> names) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(OsvExport::read)
                    .filter(osv -> !osv.containsKey("withdrawn"))
                    .mapMulti((JsonObject osv, Consumer<JsonObject> result) -> reduce(osv, names, result))
                    .sorted(Comparator.comparing(osv -> osv.getString("id")))
                    .toList();
        }
    }

    private static JsonObject read(Path file) {
        try {
            return new JsonObject(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reduce(JsonObject osv, Set<String> names, Consumer<JsonObject> result) {
        List<JsonObject> affected = objects(osv.getJsonArray("affected", new JsonArray()))
                .filter(one -> isAmong(names, one.getJsonObject("package", new JsonObject())))
                .map(OsvExport::affected)
                .toList();
        if (!affected.isEmpty()) {
            result.accept(new JsonObject()
                    .put("id", osv.getString("id"))
                    .put("aliases", osv.getJsonArray("aliases", new JsonArray()))
                    .put("summary", osv.getString("summary", ""))
                    .put("affected", new JsonArray(affected))
                    .put("references", osv.getJsonArray("references", new JsonArray())));
        }
    }

    private static boolean isAmong(Set<String> names, JsonObject library) {
        return "Maven".equals(library.getString("ecosystem")) && names.contains(library.getString("name"));
    }

    /** Keeps the ranges, or the versions of an entry without ranges; with ranges the versions are redundant. */
    private static JsonObject affected(JsonObject osv) {
        List<JsonObject> ranges = objects(osv.getJsonArray("ranges", new JsonArray()))
                .filter(range -> "ECOSYSTEM".equals(range.getString("type")))
                .map(range -> new JsonObject()
                        .put("type", "ECOSYSTEM")
                        .put("events", withEnd(range.getJsonArray("events"), osv)))
                .toList();
        JsonObject result = new JsonObject()
                .put(
                        "package",
                        new JsonObject()
                                .put("ecosystem", "Maven")
                                .put("name", osv.getJsonObject("package").getString("name")));
        return ranges.isEmpty()
                ? result.put("versions", osv.getJsonArray("versions", new JsonArray()))
                : result.put("ranges", new JsonArray(ranges));
    }

    /** Adds the end of a range without a fix: GitHub puts it next to the range. */
    private static JsonArray withEnd(JsonArray events, JsonObject osv) {
        String end = osv.getJsonObject("database_specific", new JsonObject())
                .getString("last_known_affected_version_range", "");
        boolean open = objects(events).allMatch(event -> event.containsKey("introduced"));
        if (!open || !end.startsWith("<")) {
            return events;
        }
        boolean last = end.startsWith("<=");
        return events.copy()
                .add(new JsonObject()
                        .put(
                                last ? "last_affected" : "fixed",
                                end.substring(last ? 2 : 1).strip()));
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }
}
