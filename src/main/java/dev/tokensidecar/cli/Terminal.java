package dev.tokensidecar.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a command sees of the process that it runs in.
 *
 * @param in the standard input
 * @param out the standard output, for the result alone
 * @param err the standard error, for people
 * @param environment the environment variables
 * @param nanos the monotonic clock
 */
public record Terminal(
        InputStream in, PrintStream out, PrintStream err, Map<String, String> environment, LongSupplier nanos) {}
