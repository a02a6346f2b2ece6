package dev.tokensidecar.cluster.monitoring;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The expectations of the scenarios in {@code src/test/prometheus}. */
record Scenarios(List<Path> files, List<JsonObject> expectations) {

    private static final Path DIRECTORY = Path.of("src", "test", "prometheus");
    private static final Pattern SILENT = Pattern.compile("ALERTS\\{alertname=\"(\\w+)\",alertstate=\"firing\"}");
    private static final Pattern FIRING = Pattern.compile("alertname=\"(\\w+)\",alertstate=\"firing\"");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=");

    static Scenarios read() throws IOException {
        try (Stream<Path> found = Files.list(DIRECTORY)) {
            List<Path> files = found.sorted().map(Path::toAbsolutePath).toList();
            return new Scenarios(
                    files,
                    files.stream()
                            .map(Yaml::read)
                            .flatMap(file -> Rules.objects(file.getJsonArray("tests")))
                            .flatMap(test -> Rules.objects(test.getJsonArray("promql_expr_test")))
                            .toList());
        }
    }

    /** Returns the alerts that fire in some scenario, with all their labels. */
    Map<String, Set<String>> firing() {
        Map<String, Set<String>> labels = new TreeMap<>();
        expectations.stream()
                .flatMap(it -> Rules.objects(it.getJsonArray("exp_samples")))
                .map(sample -> sample.getString("labels"))
                .forEach(sample ->
                        FIRING.matcher(sample).results().forEach(alert -> labels.put(alert.group(1), names(sample))));
        return labels;
    }

    private static Set<String> names(String labels) {
        return LABEL.matcher(labels)
                .results()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the alerts that a scenario expects not to fire. */
    Set<String> silent() {
        return expectations.stream()
                .filter(it -> it.getJsonArray("exp_samples", new JsonArray()).isEmpty())
                .flatMap(it -> SILENT.matcher(it.getString("expr")).results())
                .map(alert -> alert.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
