package dev.tokensidecar.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * All subcommands. Declares them with the programmatic model of picocli, not with its annotations: nothing is looked up by
 * reflection, so a native executable needs no metadata for them.
 */
public final class CommandTree {

    private static final String PROGRAM = "token-sidecar";
    private static final String HELP = "help";

    private final Map<String, Subcommand> commands = new LinkedHashMap<>();
    private final Terminal terminal;

    private CommandTree(List<Subcommand> commands, Terminal terminal) {
        commands.forEach(command -> this.commands.put(command.specification().name(), command));
        this.terminal = terminal;
    }

    /**
     * Runs the command that the arguments name.
     *
     * @param wired the commands that need more than this package knows, in the order of the usage message
     * @return the exit code: 0 for success, 1 if the command failed, 2 if an argument is invalid
     */
    public static int run(Terminal terminal, List<Subcommand> wired, String... arguments) {
        List<Subcommand> all = new ArrayList<>(wired);
        all.add(new ProbeCommand());
        all.add(new CredentialCommand());
        return new CommandTree(all, terminal).execute(arguments);
    }

    private int execute(String... arguments) {
        CommandLine line = new CommandLine(program());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        // an argument may be a value that somebody else has chosen, and no file is to be read for it
        line.setExpandAtFiles(false);
        line.setExecutionStrategy(this::execute);
        line.setParameterExceptionHandler((invalid, unused) -> complain(invalid));
        return line.execute(arguments);
    }

    private CommandSpec program() {
        CommandSpec program = CommandSpec.create().name(PROGRAM).version(PROGRAM + " " + Version.CURRENT);
        program.usageMessage()
                .synopsisSubcommandLabel("COMMAND")
                .footer(
                        "",
                        "Without a command it serves. Settings come from the environment and from files, not from"
                                + " options.",
                        "Exit code: 0 success, 1 failure, 2 an invalid argument.");
        program.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version.")
                .build());
        add(program, described("serve", "Serve tokens until a signal ends the process. This is the default."));
        commands.values().forEach(command -> add(program, command.specification()));
        add(program, help());
        add(program, described("version", "Print the version."));
        return withHelp(program);
    }

    /** A command with a line about it in the usage message. */
    static CommandSpec described(String name, String... description) {
        CommandSpec command = CommandSpec.create().name(name);
        command.usageMessage().description(description);
        return command;
    }

    private static CommandSpec help() {
        return described(HELP, "Print how to use the program, or one command.")
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("COMMAND")
                        .index("0")
                        .arity("0..1")
                        .type(String.class)
                        .description("the command to explain")
                        .build());
    }

    private static void add(CommandSpec program, CommandSpec command) {
        program.addSubcommand(command.name(), withHelp(command));
    }

    private static CommandSpec withHelp(CommandSpec command) {
        return command.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Print this message.")
                .build());
    }

    private int execute(ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        CommandLine program = parsed.commandSpec().commandLine();
        ParseResult command = parsed.subcommand();
        if (command == null) {
            throw new ParameterException(program, "name a command");
        }
        String name = command.commandSpec().name();
        return switch (name) {
            case HELP -> explain(program, command);
            case "version" -> printVersion(program);
            case "serve" -> throw new ParameterException(program, "serve takes no arguments");
            default -> run(name, command);
        };
    }

    private static int explain(CommandLine program, ParseResult help) {
        String name = help.matchedPositionalValue(0, "");
        CommandLine explained =
                name.isEmpty() ? program : program.getSubcommands().get(name);
        if (explained == null) {
            throw new ParameterException(program, "there is no command " + name);
        }
        explained.usage(explained.getOut());
        return 0;
    }

    private static int printVersion(CommandLine program) {
        program.printVersionHelp(program.getOut());
        return 0;
    }

    private int run(String name, ParseResult command) {
        try {
            return Objects.requireNonNull(commands.get(name)).run(command, terminal);
        } catch (CommandFailure failure) {
            terminal.err().println(PROGRAM + ": " + failure.getMessage());
            return 1;
        }
    }

    /** The whole usage would push the message out of sight. */
    private static String help(CommandLine command) {
        return command.getParent() == null ? HELP : HELP + " " + command.getCommandName();
    }

    private int complain(ParameterException invalid) {
        terminal.err().println(PROGRAM + ": " + invalid.getMessage());
        terminal.err().println("See '" + PROGRAM + " " + help(invalid.getCommandLine()) + "'.");
        return 2;
    }
}
