package dev.tokensidecar.cli;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code credential --format PROTOCOL [OPERATION]}: hands the token of the running sidecar to a program that asks a helper
 * process for credentials.
 */
final class CredentialCommand implements Subcommand {

    private static final String FORMAT = "--format";
    private static final String TOKEN = "--token";
    private static final String FIELD = "--field";
    private static final String URL = "--url";
    private static final String USERNAME = "--username";

    /** As the configuration accepts them. */
    private static final Pattern TOKEN_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern NO_CONTROL = Pattern.compile("[^\\p{Cc}]+");

    private static final Map<String, CredentialProtocol> PROTOCOLS = Map.of(
            "kubectl", new KubectlProtocol(),
            "git", new GitProtocol(),
            "docker", new DockerProtocol());

    @Override
    public CommandSpec specification() {
        return CommandTree.described(
                        "credential",
                        "Print the token of the sidecar that runs on this host, as a program wants it from its helper.",
                        "QUARKUS_HTTP_PORT, SIDECAR_SOCKETS_<NAME>_PATH, SIDECAR_GUARD_CALLER_SECRET_FILE and",
                        "SIDECAR_GUARD_REQUIRED_HEADER mean what they mean to the sidecar.")
                .addOption(text(FORMAT, "PROTOCOL", "kubectl, git or docker")
                        .required(true)
                        .build())
                .addOption(text(TOKEN, "NAME", "a configured token other than that of /token")
                        .build())
                .addOption(text(FIELD, "NAME", "a field of sidecar.token.fields, not the access token")
                        .build())
                .addOption(text(URL, "URL", "the address of the sidecar; default http://localhost:8191")
                        .build())
                .addOption(text(USERNAME, "NAME", "the user name for git and docker")
                        .build())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("OPERATION")
                        .index("0")
                        .arity("0..1")
                        .type(String.class)
                        .description("what the program wants; git and docker add it themselves")
                        .build());
    }

    private static OptionSpec.Builder text(String name, String label, String description) {
        return OptionSpec.builder(name).paramLabel(label).type(String.class).description(description);
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        CredentialProtocol protocol = PROTOCOLS.get(option(arguments, FORMAT));
        if (protocol == null) {
            throw invalid(arguments, FORMAT + " is one of kubectl, git and docker");
        }
        CredentialSource source = source(arguments, terminal);
        String operation = arguments.matchedPositionalValue(0, "");
        protocol.answer(operation, new CredentialRequest(source, option(arguments, USERNAME), terminal));
        return 0;
    }

    private static CredentialSource source(ParseResult arguments, Terminal terminal) {
        String token = option(arguments, TOKEN);
        String field = option(arguments, FIELD);
        String username = option(arguments, USERNAME);
        if (token != null && !TOKEN_NAME.matcher(token).matches()) {
            throw invalid(arguments, TOKEN + " is the name of a configured token");
        }
        if (field != null && !NO_CONTROL.matcher(field).matches()) {
            throw invalid(arguments, FIELD + " is the name of a field");
        }
        if (username != null && !NO_CONTROL.matcher(username).matches()) {
            throw invalid(arguments, USERNAME + " is one line");
        }
        try {
            SidecarClient client =
                    new SidecarClient(SidecarAddress.of(option(arguments, URL), terminal), CallerHeaders.of(terminal));
            return new CredentialSource(client, token, field);
        } catch (IllegalArgumentException e) {
            throw invalid(arguments, Objects.requireNonNull(e.getMessage()));
        }
    }

    private static @Nullable String option(ParseResult arguments, String name) {
        return arguments.<String>matchedOptionValue(name, null);
    }

    private static ParameterException invalid(ParseResult arguments, String message) {
        return new ParameterException(arguments.commandSpec().commandLine(), message);
    }
}
