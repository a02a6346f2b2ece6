package dev.tokensidecar.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The result of the load generator {@code wrk}. It has a closed model: each connection sends the next request as soon as it
 * has the response.
 *
 * @param errors responses other than 2xx and 3xx, and broken connections
 * @param millis the latencies by percentile
 */
record Wrk(long requests, double perSecond, long errors, Map<Double, Double> millis) {

    /** The percentiles that {@code bench/wrk.lua} prints. */
    static final List<Double> PERCENTILES = List.of(50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final double MICROS = 1e6;

    /** Generates load in one thread. */
    static Wrk run(URI target, String accept, int connections, Duration time) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + time.toSeconds() + "s",
                        "-sbench/wrk.lua",
                        "-HAccept: " + accept,
                        target.toString())
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader()) {
            List<String> lines = output.lines().toList();
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("wrk failed: " + lines);
            }
            return read(lines);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Wrk read(List<String> lines) throws IOException {
        Map<String, Double> figures = new HashMap<>();
        Map<Double, Double> millis = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "figure" -> figures.put(words[1], Double.valueOf(words[2]));
                case "percentile" -> millis.put(Double.valueOf(words[1]), Double.parseDouble(words[2]) / 1000);
                default -> {
                    // output for people
                }
            }
        }
        double requests = figure(figures, "requests");
        double seconds = figure(figures, "duration_us") / MICROS;
        return new Wrk((long) requests, requests / seconds, (long) figure(figures, "errors"), millis);
    }

    private static double figure(Map<String, Double> figures, String name) throws IOException {
        Double figure = figures.get(name);
        if (figure == null) {
            throw new IOException("wrk printed no " + name);
        }
        return figure;
    }

    double at(double percentile) {
        return millis.getOrDefault(percentile, Double.NaN);
    }
}
