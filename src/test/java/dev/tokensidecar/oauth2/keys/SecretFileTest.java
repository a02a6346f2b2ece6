package dev.tokensidecar.oauth2.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

    private static final String NAME = "client secret";

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("contents")
    void theLineEndIsNotPartOfTheSecret(String content, String secret) throws IOException {
        assertThat(new SecretFile(file(content.getBytes(UTF_8)), NAME).read()).containsExactly(Secret.of(secret));
    }

    static String[][] contents() {
        return new String[][] {
            {"s3cret", "s3cret"},
            {"s3cret\n", "s3cret"},
            {"s3cret\r\n", "s3cret"},
            {"s3cret\n\n", "s3cret"},
            {" s3 cret ", " s3 cret "},
            {"gehe\u00efm", "gehe\u00efm"},
            {"\ufeffs3cret\r\n", "s3cret"},
            {"tab\there", "tab\there"},
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"new\nold", "new\r\nold\r\n", "\nnew\n\nold\n"})
    void duringARotationTheNewSecretComesFirst(String content) throws IOException {
        assertThat(new SecretFile(file(content.getBytes(UTF_8)), NAME).read())
                .containsExactly(Secret.of("new"), Secret.of("old"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3\u200bcret", "s3\u00a0cret", "s3\ufeffcret", "s3\u0000cret", "old\ns3\u00adcret"})
    void anInvisibleCharacterIsNamedByItsPosition(String content) throws IOException {
        int invisible = content.lines().toList().getLast().codePointAt(2);

        assertRejected(
                file(content.getBytes(UTF_8)),
                "has an invisible character, U+%04X at position 3 of its line".formatted(invisible));
    }

    @Test
    void aThirdSecretIsRejected() throws IOException {
        assertRejected(file("a\nb\nc".getBytes(UTF_8)), "has more than two lines");
    }

    @Test
    void messageAndErrorCodeNameTheContent() {
        Misconfigured failure = catchThrowableOfType(
                Misconfigured.class, () -> new SecretFile(directory.resolve("nowhere"), "encryption key").read());

        assertThat(failure.error()).isEqualTo("encryption_key_unreadable");
        assertThat(failure.detail()).startsWith("the encryption key file ");
    }

    @Test
    void aFileOfTheMaximumSizeIsRead() throws IOException {
        String secret = "s".repeat(MountedFile.MAX_BYTES);

        assertThat(new SecretFile(file(secret.getBytes(UTF_8)), NAME).read()).containsExactly(Secret.of(secret));
    }

    @Test
    void eachReadSeesTheCurrentFile() throws IOException {
        Path path = file("old".getBytes(UTF_8));
        SecretFile secret = new SecretFile(path, NAME);
        assertThat(secret.read()).containsExactly(Secret.of("old"));

        Files.writeString(path, "new");

        assertThat(secret.read()).containsExactly(Secret.of("new"));
    }

    @ParameterizedTest
    @CsvSource({"0, is empty", "1, is empty", "16385, is larger than 16384 bytes"})
    void aFileWithoutOneSecretIsRejectedWithARemedy(int size, String problem) throws IOException {
        assertRejected(file("\n".repeat(size).getBytes(UTF_8)), problem);
    }

    @Test
    void bytesThatAreNotTextAreRejected() throws IOException {
        assertRejected(file(new byte[] {'s', (byte) 0xff}), "is not UTF-8 text");
    }

    @Test
    void aMissingFileIsRejected() {
        assertRejected(directory.resolve("nowhere"), "does not exist");
    }

    @Test
    void aDirectoryIsRejected() {
        assertRejected(directory, "cannot be read");
    }

    private static void assertRejected(Path path, String problem) {
        Misconfigured failure = catchThrowableOfType(Misconfigured.class, () -> new SecretFile(path, NAME).read());

        assertThat(failure.detail()).startsWith("the client secret file " + path + " " + problem + ": ");
        assertThat(failure.error()).isEqualTo("client_secret_unreadable");
        assertThat(failure).hasNoCause();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("client-secret"), content);
    }
}
