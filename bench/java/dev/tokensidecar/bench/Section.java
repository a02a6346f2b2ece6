package dev.tokensidecar.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The section of a scenario in the report.
 *
 * @param text precedes the tables
 * @param targets the figures with a target
 * @param failures what did not work; a missed target is not a failure
 */
record Section(
        String title, String text, List<Table> tables, List<Plot> plots, List<Target> targets, List<String> failures) {

    /** Copies the lists. */
    Section {
        tables = List.copyOf(tables);
        plots = List.copyOf(plots);
        targets = List.copyOf(targets);
        failures = List.copyOf(failures);
    }

    static Section of(String title, String text) {
        return new Section(title, text, List.of(), List.of(), List.of(), List.of());
    }

    Section with(Table table) {
        return new Section(title, text, added(tables, table), plots, targets, failures);
    }

    Section with(Plot plot) {
        return new Section(title, text, tables, added(plots, plot), targets, failures);
    }

    Section with(Target target) {
        return new Section(title, text, tables, plots, added(targets, target), failures);
    }

    Section failure(String what) {
        return new Section(title, text, tables, plots, targets, added(failures, what));
    }

    /** Adds a failure if the condition is true. */
    Section failIf(boolean condition, String what) {
        return condition ? failure(what) : this;
    }

    private static <T> List<T> added(List<T> list, T one) {
        List<T> more = new ArrayList<>(list);
        more.add(one);
        return more;
    }
}
