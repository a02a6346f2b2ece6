package dev.tokensidecar.app;

import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.crypto.ServiceAccountKey;
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
 * Creates the files that an example names, below a directory of the test and with suitable content.
 *
 * @param authority the certificate of a CA
 * @param client key and certificate of a client
 */
record ExampleFiles(Path authority, Issued client) {

    private static final Pattern PATH = Pattern.compile("/(etc|run|var)/.*");

    /** Keys of files that the sidecar itself creates. */
    private static final Pattern CREATED_BY_SIDECAR = Pattern.compile(".*(store[._]file|socket)");

    /** Long enough for a key of any kind. */
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    /** Writes the files below the directory and returns the example with their paths. */
    Map<String, String> relocate(Path directory, Map<String, String> example) throws IOException {
        Map<String, String> relocated = new HashMap<>(example);
        for (Map.Entry<String, String> line : relocated.entrySet()) {
            if (PATH.matcher(line.getValue()).matches()) {
                Path file = directory.resolve(line.getValue().substring(1));
                var unused = Files.createDirectories(file.getParent());
                if (!CREATED_BY_SIDECAR
                        .matcher(line.getKey().toLowerCase(Locale.ROOT))
                        .matches()) {
                    var unusedToo =
                            Files.writeString(file, content(file.getFileName().toString()));
                }
                line.setValue(file.toString());
            }
        }
        return relocated;
    }

    /** Writes the configuration file of the application. */
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
            case "tls.key", "private-key.pem" -> Files.readString(client.key());
            case "service-account.json" ->
                ServiceAccountKey.json("orders@example.com", "k1", Files.readString(client.key()));
            default -> SECRET;
        };
    }
}
