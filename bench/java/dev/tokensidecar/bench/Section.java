package dev.tokensidecar.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What a scenario has found, as a part of the report.
 *
 * @param title of the section
 * @param text what it says before the tables
 * @param reach the figures that were aimed at
 * @param wrong what did not work, which no time is a part of
 */
record Section(String title, String text, List<Table> tables, List<Plot> plots, List<Reach> reach, List<String> wrong) {

    /** Copies the lists. */
    Section {
        tables = List.copyOf(tables);
        plots = List.copyOf(plots);
        reach = List.copyOf(reach);
        wrong = List.copyOf(wrong);
    }

    static Section of(String title, String text) {
        return new Section(title, text, List.of(), List.of(), List.of(), List.of());
    }

    Section with(Table table) {
        return new Section(title, text, added(tables, table), plots, reach, wrong);
    }

    Section with(Plot plot) {
        return new Section(title, text, tables, added(plots, plot), reach, wrong);
    }

    Section with(Reach figure) {
        return new Section(title, text, tables, plots, added(reach, figure), wrong);
    }

    Section wrong(String what) {
        return new Section(title, text, tables, plots, reach, added(wrong, what));
    }

    /** The same, with one more thing that is wrong if that is so. */
    Section wrongIf(boolean condition, String what) {
        return condition ? wrong(what) : this;
    }

    private static <T> List<T> added(List<T> list, T one) {
        List<T> more = new ArrayList<>(list);
        more.add(one);
        return more;
    }
}
