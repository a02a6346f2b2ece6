package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Git says about a credential: lines {@code key=value} up to an empty line or the end.
 *
 * @param values the values of keys without brackets, by key; the last one counts
 * @param capabilities what this Git understands besides user names and passwords
 * @param challenges the values of {@code WWW-Authenticate} of the server
 */
record GitAttributes(Map<String, String> values, List<String> capabilities, List<String> challenges) {

    private static final String BEARER = "bearer";

    static GitAttributes read(InputStream in) {
        GitAttributes attributes = new GitAttributes(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        Reader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
        try {
            for (String line = line(reader); !line.isEmpty(); line = line(reader)) {
                attributes.add(line);
            }
        } catch (IOException e) {
            throw new CommandFailure("the attributes from git cannot be read", e);
        }
        return attributes;
    }

    /**
     * Returns one line; empty at the end. Git ends a line with a line feed alone. Whoever takes a carriage return for an end
     * reads attributes that Git has not sent (CVE-2024-52006).
     */
    private static String line(Reader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int character = reader.read(); character >= 0 && character != '\n'; character = reader.read()) {
            if (character == '\r') {
                throw new CommandFailure("git sent a carriage return: check the URL of the repository");
            }
            line.append((char) character);
        }
        return line.toString();
    }

    private void add(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            return;
        }
        String value = line.substring(equals + 1);
        switch (line.substring(0, equals)) {
            case "capability[]" -> capabilities.add(value);
            case "wwwauth[]" -> challenges.add(value);
            default -> values.put(line.substring(0, equals), value);
        }
    }

    @Nullable String value(String key) {
        return values.get(key);
    }

    /** Whether the token may go into {@code Authorization: Bearer}: Git can send that, and the server asks for it. */
    boolean bearer() {
        return capabilities.contains("authtype")
                && challenges.stream().anyMatch(challenge -> BEARER.equalsIgnoreCase(scheme(challenge)));
    }

    /** Returns the first word of a challenge (RFC 9110 section 11.3). */
    private static String scheme(String challenge) {
        return challenge.split("[ ,]", 2)[0];
    }

    @Override
    public String toString() {
        return "GitAttributes" + values.keySet();
    }
}
