package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * What a command did.
 *
 * @param exitCode 0 for success
 * @param out the standard output
 * @param err the standard error
 */
record CommandRun(int exitCode, String out, String err) {

    /** Runs a command in this process. */
    static CommandRun of(Map<String, String> environment, String in, String... arguments) {
        return of(environment, Map.of(), in, List.of(), arguments);
    }

    /** The same with commands that somebody else has wired. */
    static CommandRun of(List<Subcommand> wired, String... arguments) {
        return of(Map.of(), Map.of(), "", wired, arguments);
    }

    /** The same with system properties. */
    static CommandRun of(Map<String, String> environment, Map<String, String> properties, String... arguments) {
        return of(environment, properties, "", List.of(), arguments);
    }

    private static CommandRun of(
            Map<String, String> environment,
            Map<String, String> properties,
            String in,
            List<Subcommand> wired,
            String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                environment,
                properties,
                System::nanoTime);
        int exitCode = CommandTree.run(terminal, wired, arguments);
        return new CommandRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }
}
