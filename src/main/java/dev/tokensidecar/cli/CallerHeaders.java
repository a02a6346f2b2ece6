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

    private CallerHeaders() {}

    /** Returns the values by name. */
    static Map<String, String> of(Terminal terminal) {
        Map<String, String> headers = new LinkedHashMap<>();
        GivenSetting required = terminal.setting("sidecar.guard.required-header");
        if (required != null) {
            String header = required.value();
            int colon = header.indexOf(':');
            if (colon < 1 || InvisibleCharacter.in(header).isPresent()) {
                throw new CommandFailure(required.name() + " is not a header such as Metadata: true");
            }
            headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        GivenSetting file = terminal.setting("sidecar.guard.caller-secret-file");
        if (file != null) {
            headers.put("X-Sidecar-Secret", secret(file));
        }
        return headers;
    }

    private static String secret(GivenSetting setting) {
        Path file = Path.of(setting.value());
        String secret = firstLine(file);
        if (secret == null || InvisibleCharacter.in(secret).isPresent()) {
            throw new CommandFailure(
                    file + " has no caller secret: " + setting.name() + " is the file that the sidecar has too");
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
