package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws plots with gnuplot. */
final class Gnuplot {

    private static final long TIMEOUT_SECONDS = 60;

    private Gnuplot() {}

    static void draw(Plot plot, Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("gnuplot", "-")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var input = process.outputWriter()) {
            input.write(String.join("\n", script(plot, file)) + "\n");
        }
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("gnuplot could not draw " + file);
        }
    }

    private static List<String> script(Plot plot, Path file) {
        List<String> script = new ArrayList<>();
        script.add("set terminal svg size 900,480 font 'sans,13' background rgb 'white'");
        script.add("set output '" + file + "'");
        script.add("set title '" + plot.title() + "'");
        script.add("set xlabel '" + plot.x() + "'");
        script.add("set ylabel '" + plot.y() + "'");
        script.add("set grid");
        script.add("set key outside right");
        script.addAll(plot.settings());
        for (int curve = 0; curve < plot.curves().size(); curve++) {
            script.add("$curve" + curve + " << EOD");
            plot.curves().get(curve).points().forEach(point -> script.add(point.x() + " " + point.y()));
            script.add("EOD");
        }
        script.add(IntStream.range(0, plot.curves().size())
                .mapToObj(curve -> "$curve%d using 1:2 with lines linewidth 2 %s title '%s'"
                        .formatted(
                                curve,
                                plot.curves().get(curve).style(),
                                plot.curves().get(curve).name()))
                .collect(Collectors.joining(", ", "plot ", "")));
        return script;
    }
}
