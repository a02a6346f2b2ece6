package dev.tokensidecar.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The report for programs: one JSON object. Members whose value is unknown are null. */
final class CheckJson {

    private CheckJson() {}

    static String of(CheckReport report) {
        return FlatJson.write(json -> {
                    json.writeBooleanField("good", report.isGood());
                    texts(json, "faults", report.faults());
                    texts(json, "warnings", report.warnings());
                    objects(json, "settings", report.settings(), setting -> setting(json, setting));
                    objects(json, "files", report.files(), file -> file(json, file));
                    objects(json, "servers", report.connections(), server -> server(json, server));
                })
                + "\n";
    }

    private static void setting(JsonGenerator json, CheckedSetting setting) throws IOException {
        json.writeStringField("key", setting.key());
        json.writeStringField("value", setting.value());
        json.writeStringField("origin", setting.origin());
        json.writeStringField("location", setting.location());
    }

    private static void file(JsonGenerator json, CheckedFile file) throws IOException {
        json.writeStringField("key", file.key());
        json.writeStringField("path", file.path());
        json.writeStringField("mode", file.mode());
        number(json, "bytes", file.bytes());
        time(json, file.expiresAt());
        json.writeStringField("problem", file.problem());
    }

    private static void server(JsonGenerator json, CheckedConnection server) throws IOException {
        Duration ahead = server.clockAhead();
        json.writeStringField("subject", server.subject());
        json.writeStringField("purpose", server.purpose());
        json.writeStringField("address", server.address());
        json.writeStringField("proxy", server.proxy());
        json.writeStringField("certificate", server.certificate());
        time(json, server.expiresAt());
        number(json, "clock_ahead_seconds", ahead == null ? null : ahead.toSeconds());
        json.writeStringField("problem", server.problem());
    }

    private static void time(JsonGenerator json, @Nullable Instant expiresAt) throws IOException {
        json.writeStringField("expires_at", expiresAt == null ? null : expiresAt.toString());
    }

    private static void number(JsonGenerator json, String name, @Nullable Long number) throws IOException {
        if (number == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, number);
        }
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static <T> void objects(JsonGenerator json, String name, List<T> values, Writer<T> writer)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T value : values) {
            json.writeStartObject();
            writer.write(value);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the members of an object. */
    private interface Writer<T> {
        void write(T value) throws IOException;
    }
}
