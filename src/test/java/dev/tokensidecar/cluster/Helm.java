package dev.tokensidecar.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Renders the chart as {@code helm install} does, from its package. */
public final class Helm {

    private static final Path CHART = Path.of("charts", "token-sidecar");
    private static final Path SHOP = Path.of("src", "test", "charts", "shop");
    private static final Path DIRECTORY = Path.of("target", "charts");

    private final Path packaged;
    private final Path shop = DIRECTORY.resolve("shop");

    /** Packages the chart, and puts it into the chart of an application that depends on it. */
    public Helm() {
        try {
            Path dependencies = Files.createDirectories(shop.resolve("charts"));
            Files.createDirectories(shop.resolve("templates"));
            clear(dependencies);
            String saved = Command.run(
                    List.of(Command.tool("helm"), "package", CHART.toString(), "-d", dependencies.toString()));
            packaged = Path.of(saved.strip().replaceFirst(".*: ", ""));
            copy(SHOP.resolve("Chart.yaml"));
            for (Path template : list(SHOP.resolve("templates"))) {
                copy(template);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(Path file) throws IOException {
        Files.writeString(shop.resolve(SHOP.relativize(file)), Files.readString(file));
    }

    private static void clear(Path directory) throws IOException {
        for (Path file : list(directory)) {
            Files.delete(file);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** Returns the directory of the application's chart. */
    public Path shop() {
        return shop;
    }

    Path packaged() {
        return packaged;
    }

    /** Renders the chart alone, with these values. */
    Overlay chart(String values) {
        return template(packaged, values);
    }

    /** Renders the chart of the application; the values are those of the application. */
    Overlay shop(String values) {
        return template(shop, values);
    }

    private static Overlay template(Path chart, String values) {
        return Overlay.of(
                "helm template with " + values,
                Command.run(
                        List.of(Command.tool("helm"), "template", "shop", chart.toString(), "-n", "shops", "-f", "-"),
                        values));
    }

    /** Returns what is wrong with the chart in its directory, by {@code helm lint --strict}. */
    static String lint(String values) {
        return Command.run(List.of(Command.tool("helm"), "lint", "--strict", CHART.toString(), "-f", "-"), values);
    }
}
