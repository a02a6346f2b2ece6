package dev.tokensidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that explain the others. */
class CommandTreeTest {

    private static CommandRun run(String... arguments) {
        return CommandRun.of(Map.of(), "", arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpListsTheCommands(String argument) {
        CommandRun run = run(argument);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("Usage: token-sidecar [-hV] COMMAND")
                .containsSubsequence("  serve ", "  probe ", "  credential ", "  help ", "  version ");
    }

    @ParameterizedTest
    @CsvSource({"help,credential", "credential,--help", "credential,-h"})
    void helpExplainsOneCommand(String one, String other) {
        CommandRun run = run(one, other);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: token-sidecar credential ").contains("--format=PROTOCOL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "-V"})
    void theVersionIsPrinted(String argument) {
        assertThat(run(argument)).isEqualTo(new CommandRun(0, "token-sidecar " + Version.CURRENT + "\n", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "prob, 'Unmatched argument at index 0: ''prob'''",
        "'help prob', 'there is no command prob'",
        "'serve now', 'Unmatched argument at index 1: ''now'''",
        "credential, 'Missing required option: ''--format=PROTOCOL'''",
    })
    void invalidArgumentsAreReported(String arguments, String message) {
        CommandRun run = run(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("token-sidecar: " + message + "\n").contains("Usage: token-sidecar ");
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(run("--").exitCode()).isEqualTo(2);
    }
}
