package dev.tokensidecar.cli;

import dev.tokensidecar.token.LogValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The report for people: a line for each thing, which begins with its kind. */
final class CheckText {

    private final List<List<String>> lines = new ArrayList<>();

    private CheckText() {}

    static String of(CheckReport report) {
        CheckText text = new CheckText();
        report.settings().forEach(text::add);
        report.files().forEach(text::add);
        report.connections().forEach(text::add);
        report.warnings().forEach(warning -> text.lines.add(List.of("warning", warning)));
        report.faults().forEach(fault -> text.lines.add(List.of("fault", fault)));
        text.lines.add(List.of("result", result(report)));
        return text.aligned();
    }

    private static String result(CheckReport report) {
        return (report.isGood() ? "good" : "not good") + ", "
                + counted(report.faults().size(), "fault") + ", "
                + counted(report.warnings().size(), "warning");
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void add(CheckedSetting setting) {
        lines.add(List.of(
                "setting", setting.key(), LogValue.of(setting.value()), joined(setting.origin(), setting.location())));
    }

    private void add(CheckedFile file) {
        String bytes = file.bytes() == null ? null : counted(file.bytes(), "byte");
        lines.add(List.of(
                "file",
                file.key(),
                LogValue.of(file.path()),
                listed(
                        file.problem() == null ? "good" : "not good",
                        file.mode() == null ? null : "mode " + file.mode(),
                        bytes,
                        until(file.expiresAt()))));
    }

    private void add(CheckedConnection connection) {
        lines.add(List.of(
                "server",
                connection.subject() + ", " + connection.purpose(),
                connection.address(),
                listed(
                        connection.problem() == null ? "good" : "not good",
                        connection.proxy() == null ? null : "through the proxy " + connection.proxy(),
                        connection.certificate() == null ? null : LogValue.of(connection.certificate()),
                        until(connection.expiresAt()),
                        clock(connection.clockAhead()))));
    }

    private static @Nullable String until(@Nullable Instant expiresAt) {
        return expiresAt == null ? null : "certificate until " + expiresAt;
    }

    private static @Nullable String clock(@Nullable Duration ahead) {
        return ahead == null
                ? null
                : String.format(
                        Locale.ROOT, "clock %d s %s", ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead");
    }

    private static String joined(@Nullable String... parts) {
        return Stream.of(parts).flatMap(Stream::ofNullable).collect(Collectors.joining(" "));
    }

    private static String listed(@Nullable String... parts) {
        return Stream.of(parts).flatMap(Stream::ofNullable).collect(Collectors.joining(", "));
    }

    /** Pads the first two columns of lines with more than two. Long values would push the rest out of sight. */
    private String aligned() {
        int width = lines.stream()
                .filter(line -> line.size() > 2)
                .mapToInt(line -> line.get(1).length())
                .max()
                .orElse(0);
        return lines.stream().map(line -> line(line, width)).collect(Collectors.joining());
    }

    private static String line(List<String> columns, int width) {
        StringBuilder line = new StringBuilder(padded(columns.get(0), "setting".length()));
        line.append("  ").append(columns.size() > 2 ? padded(columns.get(1), width) : columns.get(1));
        columns.stream().skip(2).forEach(column -> line.append("  ").append(column));
        return line.append(System.lineSeparator()).toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
