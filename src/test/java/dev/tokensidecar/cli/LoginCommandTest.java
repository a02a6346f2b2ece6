package dev.tokensidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.cli.LoginOptions.Delivery;
import dev.tokensidecar.cli.LoginOptions.DeliveryFormat;
import dev.tokensidecar.cli.LoginOptions.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code login} is asked for. */
class LoginCommandTest {

    private final List<LoginOptions> asked = new ArrayList<>();

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("login"));
        all.addAll(List.of(arguments));
        return CommandRun.of(
                List.of(new LoginCommand((options, terminal) -> asked.add(options))), all.toArray(String[]::new));
    }

    @Test
    void withoutOptionsABrowserAndAFile() {
        assertThat(run()).isEqualTo(new CommandRun(0, "", ""));

        assertThat(asked)
                .containsExactly(new LoginOptions(
                        null,
                        new Way(false, true, null, Map.of()),
                        Duration.ofMinutes(5),
                        new Delivery(DeliveryFormat.TOKEN, null, false, false, "token-sidecar", null)));
    }

    @Test
    void eachOptionHasItsEffect() {
        CommandRun run = run(
                "--token=orders",
                "--device",
                "--no-browser",
                "--redirect-uri=http://localhost:8400/callback",
                "--authorization-parameter=access_type=offline",
                "--authorization-parameter",
                "hint=a=b",
                "--timeout=90s",
                "--output=secret",
                "--file=-",
                "--force",
                "--show",
                "--secret=orders-token-sidecar",
                "--namespace=shop");

        assertThat(run.exitCode()).isZero();
        assertThat(asked)
                .containsExactly(new LoginOptions(
                        "orders",
                        new Way(
                                true,
                                false,
                                "http://localhost:8400/callback",
                                Map.of("access_type", "offline", "hint", "a=b")),
                        Duration.ofSeconds(90),
                        new Delivery(DeliveryFormat.SECRET, Path.of("-"), true, true, "orders-token-sidecar", "shop")));
        assertThat(run("--output=kubectl-patch").exitCode()).isZero();
        assertThat(asked.getLast().result().format()).isEqualTo(DeliveryFormat.KUBECTL_PATCH);
    }

    @ParameterizedTest
    @CsvSource({
        "--output=yaml, '--output is one of token, secret and kubectl-patch'",
        "--authorization-parameter=prompt, '--authorization-parameter is NAME=VALUE, such as access_type=offline'",
        "--timeout=0s, '--timeout has to be longer than 0, such as 90s or 10m'",
        "--namespace=shop, '--secret and --namespace are for --output=secret'",
        "--secret=orders, '--secret and --namespace are for --output=secret'",
        "--authorization-parameter==x, '--authorization-parameter is NAME=VALUE, such as access_type=offline'",
    })
    void invalidArgumentsAreReported(String argument, String message) {
        CommandRun run = run(argument);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("token-sidecar: " + message + "\nSee 'token-sidecar help login'.\n");
        assertThat(asked).isEmpty();
    }

    @Test
    void whatTheLoginDoesNotAcceptIsAnInvalidArgumentToo() {
        CommandRun run = CommandRun.of(
                List.of(new LoginCommand((options, terminal) -> {
                    throw new InvalidOption("there is no token orders");
                })),
                "login");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("token-sidecar: there is no token orders\nSee 'token-sidecar help login'.\n");
    }
}
