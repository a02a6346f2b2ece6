package dev.tokensidecar.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table of the report. */
record Table(List<String> header, List<List<String>> rows) {

    /** Copies the lists. */
    Table {
        header = List.copyOf(header);
        rows = List.copyOf(rows);
    }

    static Table of(String... header) {
        return new Table(List.of(header), List.of());
    }

    /** Returns a table with one more row. */
    Table row(String... cells) {
        List<List<String>> more = new ArrayList<>(rows);
        more.add(List.of(cells));
        return new Table(header, more);
    }

    /** Returns the table in Markdown. Aligns words left and figures right. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(header));
        lines.add("|---|" + String.join("", Collections.nCopies(header.size() - 1, isNumeric() ? "---:|" : "---|")));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private boolean isNumeric() {
        return rows.stream().map(List::getLast).allMatch(cell -> cell.isEmpty() || Character.isDigit(cell.charAt(0)));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
