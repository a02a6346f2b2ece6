package dev.tokensidecar.testing.measurement;

import static io.restassured.RestAssured.given;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The meters of the sidecar as Prometheus scrapes them. */
public final class Scrape {

    private static final Pattern SAMPLE = Pattern.compile("(token_sidecar_\\w+)\\{(.*)} (\\S+)");
    private static final Pattern ANY_SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern PART_OF_A_HISTOGRAM = Pattern.compile("_(bucket|count|sum)$");

    private final Map<String, Double> samples = new TreeMap<>();
    private final Map<String, Set<String>> labels = new TreeMap<>();

    private Scrape(String text) {
        text.lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(this::add);
    }

    public static Scrape of(URI management) {
        return new Scrape(text(management));
    }

    private static String text(URI management) {
        return given().accept("text/plain; version=0.0.4")
                .get(management.resolve("/q/metrics"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    /** Returns each sample name, those of the JVM included, with its labels and their values. */
    public static Map<String, Map<String, Set<String>>> everything(URI management) {
        Map<String, Map<String, Set<String>>> everything = new TreeMap<>();
        ANY_SAMPLE.matcher(text(management)).results().forEach(sample -> {
            Map<String, Set<String>> labels = everything.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
            LABEL.matcher(Objects.requireNonNullElse(sample.group(2), ""))
                    .results()
                    .forEach(label -> labels.computeIfAbsent(label.group(1), name -> new TreeSet<>())
                            .add(label.group(2)));
        });
        return everything;
    }

    private void add(Matcher sample) {
        Map<String, String> found = new TreeMap<>();
        LABEL.matcher(sample.group(2)).results().forEach(label -> found.put(label.group(1), label.group(2)));
        samples.put(sample.group(1) + found, Double.valueOf(sample.group(3)));
        String meter = PART_OF_A_HISTOGRAM.matcher(sample.group(1)).replaceFirst("");
        Set<String> names = new TreeSet<>(found.keySet());
        names.remove("le");
        Set<String> before = labels.putIfAbsent(meter, names);
        if (before != null && !before.equals(names)) {
            throw new AssertionError(meter + " has labels " + before + " and " + names);
        }
    }

    /** Returns a sample, zero if it does not exist yet. The labels exclude {@code token}, which is {@code default}. */
    public double value(String name, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(more);
        all.put("token", "default");
        return samples.getOrDefault(name + all, 0.0);
    }

    /** Returns the label names of each meter. */
    public Map<String, Set<String>> labels() {
        return labels;
    }
}
