package dev.tokensidecar.bench;

import java.util.ArrayList;
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
}
