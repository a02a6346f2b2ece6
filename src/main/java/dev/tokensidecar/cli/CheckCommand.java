package dev.tokensidecar.cli;

import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code check [--connect] [--without-files] [--output=FORMAT]}. */
public final class CheckCommand implements Subcommand {

    private static final String CONNECT = "--connect";
    private static final String WITHOUT_FILES = "--without-files";
    private static final String OUTPUT = "--output";
    private static final String TEXT = "text";

    private static final Map<String, Function<CheckReport, String>> FORMATS =
            Map.of(TEXT, CheckText::of, "json", CheckJson::of);

    private final ConfigurationCheck configuration;

    /** @param configuration does the work */
    public CheckCommand(ConfigurationCheck configuration) {
        this.configuration = configuration;
    }

    @Override
    public CommandSpec specification() {
        return CommandTree.described(
                        "check",
                        "Check the configuration, and print what it means: exit code 0 if the sidecar can work with"
                                + " it.",
                        "Reads what the sidecar would read: system properties, the environment, and files.")
                .addOption(OptionSpec.builder(CONNECT)
                        .description("ask the servers too, without presenting a token or a secret")
                        .build())
                .addOption(OptionSpec.builder(WITHOUT_FILES)
                        .description("do not look at files, which are mounted elsewhere")
                        .build())
                .addOption(OptionSpec.builder(OUTPUT)
                        .paramLabel("FORMAT")
                        .type(String.class)
                        .description("text or json; default text")
                        .build());
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Function<CheckReport, String> format = FORMATS.get(arguments.matchedOptionValue(OUTPUT, TEXT));
        boolean connect = arguments.hasMatchedOption(CONNECT);
        boolean files = !arguments.hasMatchedOption(WITHOUT_FILES);
        if (format == null) {
            throw invalid(arguments, OUTPUT + " is one of text and json");
        }
        if (connect && !files) {
            throw invalid(arguments, CONNECT + " needs the files with certificates: leave out " + WITHOUT_FILES);
        }
        CheckReport report = configuration.check(files, connect);
        terminal.out().print(format.apply(report));
        return report.isGood() ? 0 : 1;
    }

    private static ParameterException invalid(ParseResult arguments, String message) {
        return new ParameterException(arguments.commandSpec().commandLine(), message);
    }
}
