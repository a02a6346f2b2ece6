package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.RawHttp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of hostile inputs in docs/forwarding.md: the input, the status of its response, and what reaches the API.
 */
@Timeout(60)
class HostileInputTest {

    /** Input, status, number of requests that reach the API. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^|]+)` \\| (\\d{3}) \\| (\\d) \\|");

    static Stream<Arguments> inputs() throws Exception {
        List<Arguments> rows = ROW.matcher(Files.readString(Path.of("docs", "forwarding.md")))
                .results()
                .map(row -> Arguments.of(row.group(1), Integer.parseInt(row.group(2)), Integer.parseInt(row.group(3))))
                .toList();
        assertThat(rows).hasSizeGreaterThan(20);
        return rows.stream();
    }

    /** Replaces the escapes of the table: {@code \\r}, {@code \\n}, {@code \\0}, and {@code {n}} for n letters. */
    private static String unescaped(String input) {
        String text = input.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
        return Pattern.compile("\\{(\\d+)}").matcher(text).replaceAll(n -> "a".repeat(Integer.parseInt(n.group(1))));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void everyInputGetsItsStatus(String input, int status, int requests) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open();
                RawHttp connection = RawHttp.open(scene.port())) {
            connection.sendMore(unescaped(input));

            assertThat(connection.readResponse().status()).isEqualTo(status);
            assertThat(scene.api.requests()).hasSize(requests).allSatisfy(request -> {
                assertThat(request.uri()).startsWith("/base/");
                assertThat(request.token()).isEqualTo("Bearer access-1");
                assertThat(request.headers().contains("X-Injected")).isFalse();
            });
        }
    }
}
