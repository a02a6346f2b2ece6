package dev.tokensidecar.cli;

import java.util.List;

/**
 * What a check has found.
 *
 * @param settings the keys that have a value, in the order of the documentation
 * @param files the files that the configuration names; empty if they were left out
 * @param connections the servers that were asked, in the order of the configuration; empty if none was
 * @param warnings what works, but is risky or will not work for long
 * @param faults what does not work
 */
public record CheckReport(
        List<CheckedSetting> settings,
        List<CheckedFile> files,
        List<CheckedConnection> connections,
        List<String> warnings,
        List<String> faults) {

    public CheckReport {
        settings = List.copyOf(settings);
        files = List.copyOf(files);
        connections = List.copyOf(connections);
        warnings = List.copyOf(warnings);
        faults = List.copyOf(faults);
    }

    boolean isGood() {
        return faults.isEmpty();
    }
}
