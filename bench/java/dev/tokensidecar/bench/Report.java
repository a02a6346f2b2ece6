package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes what was found as a page, with the pictures beside it. */
final class Report {

    private static final String METHOD = "../../docs/performance.md";

    private final LocalDate date = LocalDate.now(ZoneOffset.UTC);
    private final Path directory;
    private final Table machine;

    Report(Path directory, Table machine) {
        this.directory = directory;
        this.machine = machine;
    }

    Path file() {
        return directory.resolve(date + ".md");
    }

    void write(List<Section> sections) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        for (Section section : sections) {
            for (Plot plot : section.plots()) {
                Gnuplot.draw(plot, directory.resolve(picture(plot)));
            }
        }
        Files.write(file(), page(sections));
    }

    private List<String> page(List<Section> sections) {
        List<String> page = new ArrayList<>();
        page.add("# Performance, " + date);
        page.add("");
        page.add(
                "Made by `bench/run`. How each figure is measured, why so, and what it does not show: [docs/performance.md]("
                        + METHOD + ").");
        add(page, "Reach", reach(sections));
        add(page, "Machine", machine);
        sections.forEach(section -> add(page, section));
        return page;
    }

    private static Table reach(List<Section> sections) {
        Table table = Table.of("figure", "wanted", "measured", "reached");
        for (Section section : sections) {
            for (Reach figure : section.reach()) {
                table = table.row(figure.figure(), figure.wanted(), figure.measured(), figure.reached());
            }
        }
        return table;
    }

    private void add(List<String> page, Section section) {
        page.addAll(List.of("", "## " + section.title(), "", section.text()));
        section.wrong().forEach(what -> page.addAll(List.of("", "**Wrong: " + what + "**")));
        section.tables().forEach(table -> add(page, table));
        section.plots().forEach(plot -> page.addAll(List.of("", "![%s](%s)".formatted(plot.title(), picture(plot)))));
    }

    private static void add(List<String> page, String title, Table table) {
        page.addAll(List.of("", "## " + title));
        add(page, table);
    }

    /** Words are at the left, figures at the right. */
    private static void add(List<String> page, Table table) {
        int columns = table.header().size();
        page.add("");
        page.add(line(table.header()));
        page.add("|---|" + String.join("", Collections.nCopies(columns - 1, numeric(table) ? "---:|" : "---|")));
        table.rows().forEach(row -> page.add(line(row)));
    }

    private static boolean numeric(Table table) {
        return table.rows().stream()
                .map(List::getLast)
                .allMatch(cell -> cell.isEmpty() || Character.isDigit(cell.charAt(0)));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private String picture(Plot plot) {
        return date + "-" + plot.name() + ".svg";
    }
}
