package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokensidecar.cli.Version;
import dev.tokensidecar.telemetry.BuildMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What runs here. */
final class BuildInfo {

    private static final String UNKNOWN = "unknown";

    private BuildInfo() {}

    static BuildMetrics metrics() {
        return new BuildMetrics(Version.CURRENT, commit(), System.getProperty("java.version", UNKNOWN));
    }

    /** The build writes this file; dev mode may start without it. */
    private static String commit() {
        try (InputStream file = BuildInfo.class.getResourceAsStream("commit")) {
            return file == null ? UNKNOWN : new String(file.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
