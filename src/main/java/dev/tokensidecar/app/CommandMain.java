package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckCommand;
import dev.tokensidecar.cli.CheckReport;
import dev.tokensidecar.cli.CommandTree;
import dev.tokensidecar.cli.LoginCommand;
import dev.tokensidecar.cli.LoginOptions;
import dev.tokensidecar.cli.Subcommand;
import dev.tokensidecar.cli.Terminal;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Wires the commands. A class of its own, so that {@code serve} loads none of them. */
final class CommandMain {

    private CommandMain() {}

    /** Runs the command that the arguments name; returns the exit code. */
    static int run(String... arguments) {
        // A command reports by itself. Without this, the frameworks would log to the standard error too.
        Logger.getLogger("").setLevel(Level.OFF);
        // Java 24 and newer would warn about it, in front of the one line that a command prints.
        System.setProperty("io.netty.noUnsafe", "true");
        return CommandTree.run(terminal(), wired(), arguments);
    }

    private static List<Subcommand> wired() {
        return List.of(new LoginCommand(CommandMain::logIn), new CheckCommand(CommandMain::check));
    }

    /** The other commands load none of its classes. */
    private static void logIn(LoginOptions options, Terminal terminal) {
        new LoginProcess(TerminalCheck::isOutputShown).run(options, terminal);
    }

    /** The other commands load none of its classes. */
    private static CheckReport check(boolean files, boolean connect) {
        return new ConfigurationInspector(ServerConfiguration::open, System.getenv()).check(files, connect);
    }

    private static Terminal terminal() {
        return new Terminal(System.in, System.out, System.err, System.getenv(), properties(), System::nanoTime);
    }

    private static Map<String, String> properties() {
        return System.getProperties().stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, System::getProperty));
    }
}
