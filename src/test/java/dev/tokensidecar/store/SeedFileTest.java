package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedFileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"seed", "seed\n", "seed\r\n", " \tseed \n\n", "\ufeffseed\r\n", "\ufeff seed"})
    void whiteSpaceAroundTheTokenIsIgnored(String content) throws IOException {
        assertThat(new SeedFile(file(content.getBytes(UTF_8)), CLOCK).read())
                .contains(new RefreshToken(Secret.of("seed"), NOW, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \t\r\n"})
    void anEmptyFileHasNoTokenYet(String content) throws IOException {
        assertThat(new SeedFile(file(content.getBytes(UTF_8)), CLOCK).read()).isEmpty();
    }

    @Test
    void aMissingFileHasNoTokenYet() {
        assertThat(new SeedFile(directory.resolve("missing"), CLOCK).read()).isEmpty();
        assertThat(new SeedFile(directory.resolve("no/such/directory"), CLOCK).read())
                .isEmpty();
    }

    @Test
    void withoutAPathNoSeedExists() {
        assertThat(new SeedFile(null, CLOCK).read()).isEmpty();
    }

    @Test
    void aFileOfTheMaximumSizeIsRead() throws IOException {
        assertThat(new SeedFile(file("a".repeat(64 * 1024).getBytes(UTF_8)), CLOCK).read())
                .isPresent();
    }

    @Test
    void aLargerFileIsRejected() throws IOException {
        assertRejected(
                file(new byte[64 * 1024 + 1]), "is larger than 64 KiB: name a file that holds only the refresh token");
    }

    @ParameterizedTest
    @CsvSource({"U+200B, 3", "U+00A0, 1", "U+FEFF, 2", "U+000A, 5"})
    void anInvisibleCharacterIsNamedByItsPosition(String character, int position) throws IOException {
        String inserted = Character.toString(Integer.parseInt(character.substring(2), 16));
        String token =
                new StringBuilder("seed-1").insert(position - 1, inserted).toString();

        assertRejected(
                file(token.getBytes(UTF_8)),
                "has an invisible character, " + character + " at position " + position
                        + ": write the token again, on one line");
    }

    @Test
    void bytesThatAreNotTextAreRejected() throws IOException {
        assertRejected(
                file(new byte[] {'s', (byte) 0xff}),
                "cannot be read: make it a plain text file that this process may read");
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFifoDoesNotBlock() throws Exception {
        Path fifo = directory.resolve("fifo");
        PlantedFile.FIFO.at(fifo);

        assertRejected(fifo, "cannot be read: make it a plain text file that this process may read");
    }

    @Test
    void aDirectoryIsRejected() {
        assertRejected(directory, "cannot be read: make it a plain text file that this process may read");
    }

    private static void assertRejected(Path path, String problem) {
        Misconfigured failure = catchThrowableOfType(Misconfigured.class, () -> new SeedFile(path, CLOCK).read());

        assertThat(failure.detail()).isEqualTo("the refresh token file " + path + " " + problem);
        assertThat(failure.error()).isEqualTo("refresh_token_unreadable");
        assertThat(failure).hasNoCause();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("seed"), content);
    }
}
