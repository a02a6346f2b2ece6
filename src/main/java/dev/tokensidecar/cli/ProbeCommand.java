package dev.tokensidecar.cli;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code probe CHECK [--wait=DURATION]}. */
final class ProbeCommand implements Subcommand {

    private static final List<String> CHECKS = List.of("started", "ready", "live");
    private static final List<String> EVERYWHERE = List.of("0.0.0.0", "::");
    private static final String WAIT = "--wait";

    @Override
    public CommandSpec specification() {
        return CommandTree.described(
                        "probe",
                        "Ask the sidecar that runs on this host for its health: exit code 0 up, 1 not.",
                        "QUARKUS_MANAGEMENT_HOST and QUARKUS_MANAGEMENT_PORT give its address, as for the sidecar.")
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("CHECK")
                        .index("0")
                        .arity("1")
                        .required(true)
                        .type(String.class)
                        .description("one of " + String.join(", ", CHECKS))
                        .build())
                .addOption(OptionSpec.builder(WAIT)
                        .paramLabel("DURATION")
                        .type(Duration.class)
                        .converters(Durations::parse)
                        .description("how long to wait for it, such as 60s or 2m; at most a day")
                        .build());
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String check = Objects.requireNonNull(arguments.<String>matchedPositionalValue(0, null));
        if (!CHECKS.contains(check)) {
            throw new ParameterException(
                    arguments.commandSpec().commandLine(), "probe needs one of " + String.join(", ", CHECKS));
        }
        Duration wait = arguments.matchedOptionValue(WAIT, Duration.ZERO);
        return new Probe(check, server(terminal), wait, terminal.nanos()).run(terminal.out());
    }

    private static InetSocketAddress server(Terminal terminal) {
        GivenSetting given = terminal.setting("quarkus.management.host");
        String host = given == null || EVERYWHERE.contains(given.value()) ? "127.0.0.1" : given.value();
        return new InetSocketAddress(host, Ports.of(terminal, "quarkus.management.port", 9191));
    }
}
