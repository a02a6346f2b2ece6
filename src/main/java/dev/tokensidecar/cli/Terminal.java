package dev.tokensidecar.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a command sees of the process that it runs in.
 *
 * @param in the standard input
 * @param out the standard output, for the result alone
 * @param err the standard error, for people
 * @param environment the environment variables
 * @param properties the system properties
 * @param nanos the monotonic clock
 */
public record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Map<String, String> properties,
        LongSupplier nanos) {

    /**
     * Returns what a key of the sidecar is set to: by the system property, else by the environment variable.
     *
     * @return null for neither, and for a blank value
     */
    @Nullable GivenSetting setting(String key) {
        return GivenSetting.find(key, environment, properties);
    }
}
