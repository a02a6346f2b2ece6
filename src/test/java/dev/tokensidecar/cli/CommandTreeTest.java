package dev.tokensidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        "prob, help, 'Unmatched argument at index 0: ''prob'''",
        "help prob, help, 'there is no command prob'",
        "help probe now, help help, 'Unmatched argument at index 2: ''now'''",
        "serve now, help serve, 'Unmatched argument at index 1: ''now'''",
        "credential, help credential, 'Missing required option: ''--format=PROTOCOL'''",
    })
    void invalidArgumentsAreReported(String arguments, String help, String message) {
        CommandRun run = run(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("token-sidecar: " + message + "\nSee 'token-sidecar " + help + "'.\n");
        assertThat(run(help.split(" ")).exitCode()).isZero();
    }

    @Test
    void anArgumentNamesNoFileToRead(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("arguments"), "version");

        assertThat(run("@" + file).err()).startsWith("token-sidecar: Unmatched argument at index 0: '@" + file + "'\n");
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(run("--").exitCode()).isEqualTo(2);
    }
}
