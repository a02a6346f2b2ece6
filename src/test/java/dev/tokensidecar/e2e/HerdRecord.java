package dev.tokensidecar.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The result of many callers that needed a new token at the same time.
 *
 * @param sidecar whether they asked the sidecar or the authorization server
 * @param callers the number of callers
 * @param posts the number of token requests at the authorization server
 * @param answered the number of callers that got a token
 * @param sessionAlive whether the session could still be refreshed afterwards
 */
record HerdRecord(boolean sidecar, int callers, int posts, int answered, boolean sessionAlive) {

    private static final Path RECORD = Path.of("target/herd-keycloak.txt");

    /** Appends a line to the record that {@code bench/herd-keycloak} shows. */
    void write() throws IOException {
        String line = String.format(
                Locale.ROOT,
                "| %-7s | %7d | %14d | %11d | %-13s |%n",
                sidecar ? "with" : "without",
                callers,
                posts,
                answered,
                sessionAlive ? "alive" : "dead");
        Files.writeString(RECORD, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
