package dev.tokensidecar.cli;

import dev.tokensidecar.cli.LoginOptions.Delivery;
import dev.tokensidecar.cli.LoginOptions.DeliveryFormat;
import dev.tokensidecar.cli.LoginOptions.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code login [OPTIONS]}. */
public final class LoginCommand implements Subcommand {

    private static final String TOKEN = "--token";
    private static final String DEVICE = "--device";
    private static final String NO_BROWSER = "--no-browser";
    private static final String REDIRECT_URI = "--redirect-uri";
    private static final String PARAMETER = "--authorization-parameter";
    private static final String TIMEOUT = "--timeout";
    private static final String OUTPUT = "--output";
    private static final String FILE = "--file";
    private static final String FORCE = "--force";
    private static final String SHOW = "--show";
    private static final String SECRET = "--secret";
    private static final String NAMESPACE = "--namespace";

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    private static final Map<String, DeliveryFormat> FORMATS = Map.of(
            "token",
            DeliveryFormat.TOKEN,
            "secret",
            DeliveryFormat.SECRET,
            "kubectl-patch",
            DeliveryFormat.KUBECTL_PATCH);

    private final PersonLogin login;

    public LoginCommand(PersonLogin login) {
        this.login = login;
    }

    @Override
    public CommandSpec specification() {
        CommandSpec command = CommandTree.described(
                "login",
                "Log in with a browser, or on another device, and get the first refresh token.",
                "The configuration is that of the sidecar: from the environment, from -D and from files.");
        options().forEach(option -> command.addOption(option.build()));
        return command;
    }

    private static List<OptionSpec.Builder> options() {
        return List.of(
                text(TOKEN, "NAME", "a configured token other than that of /token"),
                flag(DEVICE, "log in on another device, with a code"),
                flag(NO_BROWSER, "print the address, and open no browser"),
                text(
                        REDIRECT_URI,
                        "URI",
                        "the redirect URI that is registered at the server, on loopback and with a port"),
                OptionSpec.builder(PARAMETER)
                        .paramLabel("NAME=VALUE")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("a further parameter of the request, such as access_type=offline"),
                OptionSpec.builder(TIMEOUT)
                        .paramLabel("DURATION")
                        .type(Duration.class)
                        .converters(Durations::parse)
                        .description("how long the login may take; default 5m"),
                text(OUTPUT, "FORMAT", "token (the default), secret or kubectl-patch"),
                text(FILE, "FILE", "where the result goes, - for the standard output"),
                flag(FORCE, "replace that file"),
                flag(SHOW, "let the refresh token appear on a terminal"),
                text(SECRET, "NAME", "the name of the Secret; default token-sidecar"),
                text(NAMESPACE, "NAME", "the namespace of the Secret"));
    }

    private static OptionSpec.Builder text(String name, String label, String description) {
        return OptionSpec.builder(name).paramLabel(label).type(String.class).description(description);
    }

    private static OptionSpec.Builder flag(String name, String description) {
        return OptionSpec.builder(name).description(description);
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Way way = new Way(
                arguments.hasMatchedOption(DEVICE),
                !arguments.hasMatchedOption(NO_BROWSER),
                option(arguments, REDIRECT_URI),
                parameters(arguments));
        LoginOptions options = new LoginOptions(option(arguments, TOKEN), way, timeout(arguments), result(arguments));
        try {
            login.run(options, terminal);
        } catch (InvalidOption invalid) {
            throw invalid(arguments, Objects.requireNonNull(invalid.getMessage()));
        }
        return 0;
    }

    private static Duration timeout(ParseResult arguments) {
        Duration timeout = arguments.matchedOptionValue(TIMEOUT, DEFAULT_TIMEOUT);
        if (timeout.isZero()) {
            throw invalid(arguments, TIMEOUT + " has to be longer than 0, such as 90s or 10m");
        }
        return timeout;
    }

    private static Delivery result(ParseResult arguments) {
        DeliveryFormat format = FORMATS.get(arguments.matchedOptionValue(OUTPUT, "token"));
        if (format == null) {
            throw invalid(arguments, OUTPUT + " is one of token, secret and kubectl-patch");
        }
        if (format != DeliveryFormat.SECRET
                && (arguments.hasMatchedOption(SECRET) || arguments.hasMatchedOption(NAMESPACE))) {
            throw invalid(arguments, SECRET + " and " + NAMESPACE + " are for " + OUTPUT + "=secret");
        }
        String file = option(arguments, FILE);
        return new Delivery(
                format,
                file == null ? null : Path.of(file),
                arguments.hasMatchedOption(FORCE),
                arguments.hasMatchedOption(SHOW),
                arguments.matchedOptionValue(SECRET, "token-sidecar"),
                option(arguments, NAMESPACE));
    }

    private static Map<String, String> parameters(ParseResult arguments) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : arguments.<List<String>>matchedOptionValue(PARAMETER, List.of())) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw invalid(arguments, PARAMETER + " is NAME=VALUE, such as access_type=offline");
            }
            parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
        return parameters;
    }

    private static @Nullable String option(ParseResult arguments, String name) {
        return arguments.matchedOptionValue(name, null);
    }

    private static ParameterException invalid(ParseResult arguments, String message) {
        return new ParameterException(arguments.commandSpec().commandLine(), message);
    }
}
