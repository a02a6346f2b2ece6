package dev.tokensidecar.testing.log;

import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the {@code key=value} fields of a log line. */
public final class LogFields {

    private static final Pattern FIELD =
            Pattern.compile(" ([a-z_]+)=(?:(\"(?:[^\"\\\\]|\\\\.)*\")|([^ \"=]+))(?= |$)", Pattern.DOTALL);

    private LogFields() {}

    /** Returns the fields in order. Fails if a field occurs twice, or if other text follows the first field. */
    public static Map<String, String> of(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher field = FIELD.matcher(line);
        int end = -1;
        while (field.find()) {
            if (end >= 0 && field.start() != end) {
                throw new AssertionError("no field at " + end + " of " + line);
            }
            end = field.end();
            String value = field.group(2) == null ? field.group(3) : (String) Json.decodeValue(field.group(2));
            if (fields.put(field.group(1), value) != null) {
                throw new AssertionError(field.group(1) + " is there twice in " + line);
            }
        }
        if (end != line.length()) {
            throw new AssertionError("the rest from " + end + " on is no field in " + line);
        }
        return fields;
    }
}
