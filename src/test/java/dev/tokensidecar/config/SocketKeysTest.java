package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SidecarSettings.SocketSettings;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketKeysTest {

    private static Given twoTokens() {
        return Given.minimal()
                .andMinimal("sidecar.tokens.orders.")
                .property("sidecar.tokens.orders.store.refresh-token-file", "/etc/token-sidecar/orders");
    }

    private static Given socket(String name, String path, String tokens) {
        return twoTokens()
                .property("sidecar.sockets." + name + ".path", path)
                .property("sidecar.sockets." + name + ".tokens", tokens);
    }

    @Test
    void eachSocketHasItsTokens() {
        Given given = socket("a", "/run/a/http.sock", "orders")
                .property("sidecar.sockets.a.mode", "640")
                .property("sidecar.sockets.a.owner", "1000:app")
                .variable("SIDECAR_SOCKETS_B_C_PATH", "/run/b/http.sock")
                .variable("SIDECAR_SOCKETS_B_C_TOKENS", "*");

        assertThat(given.all().sockets())
                .isEqualTo(Map.of(
                        "a",
                        new SocketSettings(
                                Path.of("/run/a/http.sock"),
                                PosixFilePermissions.fromString("rw-r-----"),
                                "1000:app",
                                Set.of("orders")),
                        "b-c",
                        new SocketSettings(
                                Path.of("/run/b/http.sock"),
                                PosixFilePermissions.fromString("rw-rw----"),
                                null,
                                Set.of("default", "orders"))));
    }

    @ParameterizedTest
    @CsvSource({
        "mode, rw-rw----, write three octal digits",
        "mode, 0888, write three octal digits",
        "owner, nobody, write a user and a group",
        "tokens, invoices, 'names no configured token: write one of default, orders, or configure it'",
        "tokens, 'orders,*', 'names no configured token: write one of default, orders, or configure it'",
        "tokens, ',', 'is missing: name the tokens of this socket, or write * for all'",
        "path, http.sock, is not a path and is not shown",
        "path, ' ', is missing: write the path of the socket",
    })
    void unusableValuesAreViolations(String key, String value, String problem) {
        assertThat(socket("a", "/run/a/http.sock", "orders")
                        .property("sidecar.sockets.a." + key, value)
                        .violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.sockets.a." + key + " ")
                .contains(problem);
    }

    /** Nobody gets every token because a key was forgotten. */
    @Test
    void aSocketNeedsTokens() {
        assertThat(Given.minimal()
                        .property("sidecar.sockets.a.path", "/run/a/http.sock")
                        .violations())
                .containsExactly(
                        "sidecar.sockets.a.tokens is missing: name the tokens of this socket, or write * for all");
    }

    /** The variable alone shows that a socket is meant. */
    @Test
    void aPathIsMissingWhicheverWayTheTokensAreSet() {
        String missing =
                "sidecar.sockets.a.path is missing: write the path of the socket, such as /run/orders/http.sock";

        assertThat(Given.minimal().property("sidecar.sockets.a.tokens", "*").violations())
                .containsExactly(missing);
        assertThat(Given.minimal().variable("SIDECAR_SOCKETS_A_TOKENS", "*").violations())
                .containsExactly(missing);
    }

    @Test
    void twoSocketsNeedTwoPaths() {
        assertThat(socket("a", "/run/a/http.sock", "orders")
                        .property("sidecar.sockets.b.path", "/run/b/../a/http.sock")
                        .property("sidecar.sockets.b.tokens", "default")
                        .violations())
                .containsExactly("sidecar.sockets.b.path is the path of sidecar.sockets.a.path too: write another one");
    }

    /** In bytes, because the kernel counts bytes. */
    @Test
    void aPathFitsEveryClient() {
        String longest = "/x" + "\u00e4".repeat(52);

        assertThat(socket("a", longest, "*").all().sockets()).containsKey("a");
        assertThat(socket("a", longest + "x", "*").violations())
                .containsExactly("sidecar.sockets.a.path is longer than the 106 bytes that every client can connect to:"
                        + " name a shorter one");
    }

    @Test
    void misspeltKeysAreViolations() {
        assertThat(socket("a", "/run/a/http.sock", "*")
                        .property("sidecar.sockets.a.token", "orders")
                        .violations())
                .containsExactly("sidecar.sockets.a.token is not known: did you mean sidecar.sockets.a.tokens?");
    }
}
