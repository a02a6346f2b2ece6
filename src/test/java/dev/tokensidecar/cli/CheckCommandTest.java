package dev.tokensidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options, output and exit codes of the check command. */
class CheckCommandTest {

    private static final CheckReport GOOD = report(List.of());

    private final List<String> asked = new ArrayList<>();

    private static CheckReport report(List<String> faults) {
        return new CheckReport(
                List.of(
                        new CheckedSetting(
                                "sidecar.token.client.id", "my app", "environment", "SIDECAR_TOKEN_CLIENT_ID"),
                        new CheckedSetting("sidecar.token.grant.type", "refresh_token", "default", null)),
                List.of(
                        new CheckedFile("a.file", "/a", "0440", 1L, Instant.parse("2030-01-02T03:04:05Z"), null),
                        new CheckedFile("b.file", "/b", null, null, null, "it is missing")),
                List.of(new CheckedConnection(
                        "token default",
                        "discovery",
                        "https://as.example.com:443/",
                        "proxy:3128",
                        "CN=as\n",
                        null,
                        Duration.ofSeconds(-3),
                        null)),
                List.of("beware"),
                faults);
    }

    private CommandRun run(CheckReport report, String... arguments) {
        CheckCommand command = new CheckCommand((files, connect) -> {
            asked.add("files=" + files + " connect=" + connect);
            return report;
        });
        return CommandRun.of(List.of(command), arguments);
    }

    @Test
    void aLineIsAThing() {
        CommandRun run = run(GOOD, "check");

        assertThat(run).isEqualTo(new CommandRun(0, """
            setting  sidecar.token.client.id   "my app"  environment SIDECAR_TOKEN_CLIENT_ID
            setting  sidecar.token.grant.type  refresh_token  default
            file     a.file                    /a  good, mode 0440, 1 byte, certificate until 2030-01-02T03:04:05Z
            file     b.file                    /b  not good
            server   token default, discovery  https://as.example.com:443/  good, through the proxy proxy:3128, "CN=as\\n", clock 3 s behind
            warning  beware
            result   good, 0 faults, 1 warning
            """, ""));
        assertThat(asked).containsExactly("files=true connect=false");
    }

    @Test
    void aFaultIsExitCode1() {
        CommandRun run = run(report(List.of("broken")), "check", "--connect");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).endsWith("""
            warning  beware
            fault    broken
            result   not good, 1 fault, 1 warning
            """);
        assertThat(asked).containsExactly("files=true connect=true");
    }

    @Test
    void jsonHasTheDocumentedMembers() {
        CommandRun run = run(report(List.of("broken")), "check", "--output=json", "--without-files");

        JsonObject json = new JsonObject(run.out());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(json.getBoolean("good")).isFalse();
        assertThat(json.getJsonArray("faults")).isEqualTo(JsonArray.of("broken"));
        assertThat(json.getJsonArray("warnings")).isEqualTo(JsonArray.of("beware"));
        assertThat(json.getJsonArray("settings").getJsonObject(0).encode())
                .isEqualTo("{\"key\":\"sidecar.token.client.id\",\"value\":\"my app\",\"origin\":\"environment\","
                        + "\"location\":\"SIDECAR_TOKEN_CLIENT_ID\"}");
        assertThat(json.getJsonArray("files").getJsonObject(1).encode())
                .isEqualTo("{\"key\":\"b.file\",\"path\":\"/b\",\"mode\":null,\"bytes\":null,\"expires_at\":null,"
                        + "\"problem\":\"it is missing\"}");
        assertThat(json.getJsonArray("servers").getJsonObject(0).encode())
                .isEqualTo("{\"subject\":\"token default\",\"purpose\":\"discovery\","
                        + "\"address\":\"https://as.example.com:443/\",\"proxy\":\"proxy:3128\","
                        + "\"certificate\":\"CN=as\\n\",\"expires_at\":null,\"clock_ahead_seconds\":-3,"
                        + "\"problem\":null}");
        assertThat(asked).containsExactly("files=false connect=false");
    }

    @ParameterizedTest
    @CsvSource({
        "check --output=xml, '--output is one of text and json'",
        "check --connect --without-files, '--connect needs the files with certificates: leave out --without-files'",
        "check now, 'Unmatched argument at index 1: ''now'''",
        "check --verbose, 'Unknown option: ''--verbose'''",
    })
    void invalidArgumentsAreReported(String line, String message) {
        CommandRun run = run(GOOD, line.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("token-sidecar: " + message + "\nSee 'token-sidecar help check'.\n");
        assertThat(run.out()).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void helpNamesItFirst() {
        assertThat(run(GOOD, "help").out()).containsSubsequence("check", "probe", "credential");
        assertThat(run(GOOD, "check", "-h").out()).contains("--connect", "--output=FORMAT", "--without-files");
    }
}
