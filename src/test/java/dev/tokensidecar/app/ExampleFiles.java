package dev.tokensidecar.app;

import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The files that an example names, below a directory of the test and with a content that suits their names.
 *
 * @param authority the certificate of a CA
 * @param client key and certificate of a client
 */
record ExampleFiles(Path authority, Issued client) {

    private static final Pattern PATH = Pattern.compile("/(etc|run|var)/.*");

    /** What the sidecar itself makes. */
    private static final Pattern OWN = Pattern.compile(".*(store[._]file|socket)");

    /** Long enough for a key of any kind. */
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    /** Writes the files into the directory, and tells the example with the paths that they have there. */
    Map<String, String> give(Path directory, Map<String, String> example) throws IOException {
        Map<String, String> given = new HashMap<>(example);
        for (Map.Entry<String, String> line : given.entrySet()) {
            if (PATH.matcher(line.getValue()).matches()) {
                Path file = directory.resolve(line.getValue().substring(1));
                var unused = Files.createDirectories(file.getParent());
                if (!OWN.matcher(line.getKey().toLowerCase(Locale.ROOT)).matches()) {
                    var unusedToo =
                            Files.writeString(file, content(file.getFileName().toString()));
                }
                line.setValue(file.toString());
            }
        }
        return given;
    }

    /** Writes the file in which the application looks for its configuration. */
    static void writeProperties(Path directory, Map<String, String> lines) throws IOException {
        Properties properties = new Properties();
        properties.putAll(lines);
        Path file = Files.createDirectories(directory.resolve("config")).resolve("application.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    private String content(String name) throws IOException {
        return switch (name) {
            case "ca.crt" -> Files.readString(authority);
            case "tls.crt" -> Files.readString(client.certificate());
            case "tls.key" -> Files.readString(client.key());
            default -> SECRET;
        };
    }
}
