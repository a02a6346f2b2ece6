package dev.tokensidecar.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One subcommand of the command line. */
public interface Subcommand {

    /** Returns its name, and the options and arguments that it accepts. */
    CommandSpec specification();

    /**
     * Runs it.
     *
     * @return the exit code: 0 for success
     * @throws CommandFailure if it cannot do what it was asked for
     * @throws picocli.CommandLine.ParameterException if an argument is invalid
     */
    int run(ParseResult arguments, Terminal terminal);
}
