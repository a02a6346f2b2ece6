package dev.tokensidecar.cli;

import dev.tokensidecar.token.InvisibleCharacter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header fields that the guard of the sidecar requires of callers, from the variables that the sidecar reads too. */
final class CallerHeaders {

    private static final String HEADER = "SIDECAR_GUARD_REQUIRED_HEADER";
    private static final String SECRET_FILE = "SIDECAR_GUARD_CALLER_SECRET_FILE";

    private CallerHeaders() {}

    /** Returns the values by name. */
    static Map<String, String> of(Map<String, String> environment) {
        Map<String, String> headers = new LinkedHashMap<>();
        String required = environment.get(HEADER);
        if (required != null) {
            int colon = required.indexOf(':');
            if (colon < 1 || InvisibleCharacter.in(required).isPresent()) {
                throw new CommandFailure(HEADER + " is not a header such as Metadata: true");
            }
            headers.put(
                    required.substring(0, colon), required.substring(colon + 1).strip());
        }
        String file = environment.get(SECRET_FILE);
        if (file != null) {
            headers.put("X-Sidecar-Secret", secret(Path.of(file)));
        }
        return headers;
    }

    private static String secret(Path file) {
        String secret = firstLine(file);
        if (secret == null || InvisibleCharacter.in(secret).isPresent()) {
            throw new CommandFailure(
                    file + " has no caller secret: " + SECRET_FILE + " is the file that the sidecar has too");
        }
        return secret;
    }

    private static @Nullable String firstLine(Path file) {
        try {
            return Files.readString(file)
                    .lines()
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            throw new CommandFailure("the caller secret in " + file + " cannot be read: mount the file here too", e);
        }
    }
}
