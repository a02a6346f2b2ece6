package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefreshTokenFileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int REPLACEMENTS = 3000;

    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        RefreshTokenFile file = new RefreshTokenFile(path());
        RefreshToken bounded = new RefreshToken(Secret.of("\"quoted\" \u00e4\n"), NOW, NOW.plusSeconds(60));
        RefreshToken unbounded = new RefreshToken(Secret.of("other"), NOW, null);

        file.write(bounded);
        assertThat(file.read()).contains(bounded);

        file.write(unbounded);
        assertThat(file.read()).contains(unbounded);
    }

    @Test
    void theFormatIsJsonThatLaterVersionsCanTell() throws IOException {
        new RefreshTokenFile(path()).write(new RefreshToken(Secret.of("rotated"), NOW, NOW.plusSeconds(60)));

        assertThat(path())
                .hasContent("{\"format\":1,\"refresh_token\":\"rotated\",\"received_at\":\"2026-01-01T00:00:00Z\","
                        + "\"expires_at\":\"2026-01-01T00:01:00Z\"}");
    }

    @Test
    void fieldsOfLaterVersionsAreIgnored() throws IOException {
        Files.writeString(
                path(),
                "{\"format\":1,\"refresh_token\":\"r\",\"received_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":null,\"new\":1}");

        assertThat(new RefreshTokenFile(path()).read()).contains(new RefreshToken(Secret.of("r"), NOW, null));
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        write("first");
        assertOwnerOnly();

        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-rw-rw-"));
        write("second");
        assertOwnerOnly();
    }

    private void assertOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void aReaderNeverSeesAPart() throws Exception {
        RefreshTokenFile file = new RefreshTokenFile(path());
        List<RefreshToken> both = List.of(token("a".repeat(16)), token("b".repeat(50_000)));
        file.write(both.getFirst());
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> reads(over, both));

        for (int i = 0; i < REPLACEMENTS && !reader.isDone(); i++) {
            file.write(both.get(i % 2));
        }
        over.set(true);

        assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
        assertNothingElse();
    }

    /** How often one of the tokens was read; anything else is a failure. */
    private int reads(AtomicBoolean over, List<RefreshToken> expected) {
        RefreshTokenFile file = new RefreshTokenFile(path());
        int reads = 0;
        for (; reads == 0 || !over.get(); reads++) {
            try {
                assertThat(expected).contains(file.read().orElseThrow());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return reads;
    }

    @Test
    void aSymbolicLinkIsReplacedAndItsTargetLeftAlone() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "content");
        Files.createSymbolicLink(path(), target);

        write("rotated");

        assertThat(path()).isRegularFile();
        assertThat(target).hasContent("content");
    }

    @Test
    void aFailedReplacementLeavesNothingBehind() throws IOException {
        Path occupied = Files.createDirectories(path().resolve("occupied"));

        assertThatThrownBy(() -> write("rotated")).isInstanceOf(IOException.class);

        assertThat(occupied).exists();
        assertNothingElse();
    }

    @Test
    void aMissingDirectoryIsNotMade() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> new RefreshTokenFile(missing.resolve("refresh-token")).write(token("rotated")))
                .isInstanceOf(IOException.class);

        assertThat(missing).doesNotExist();
    }

    static Stream<byte[]> foreignContents() {
        return Stream.of(
                        "",
                        " ",
                        "null",
                        "[]",
                        "s3cret",
                        "\"s3cret\"",
                        "{\"format\":1,\"refresh_token\":\"s3cret\"",
                        "{\"format\":1,\"refresh_token\":\"s3cret\"}",
                        "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"s3cret\"}",
                        "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":\"s3cret\"}",
                        "{\"format\":1,\"received_at\":\"2026-01-01T00:00:00Z\"}",
                        "{\"format\":1,\"refresh_token\":null,\"received_at\":\"2026-01-01T00:00:00Z\"}",
                        "{\"format\":1,\"refresh_token\":\"\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                        "{\"format\":2,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                        "{\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                        "[".repeat(100_000),
                        "\0\0\0s3cret",
                        "\0\0")
                .map(content -> content.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("foreignContents")
    void aFileThatIsNoneOfOursIsRefusedWithoutQuotingIt(byte[] content) throws IOException {
        Files.write(path(), content);

        IOException refused = catchThrowableOfType(IOException.class, () -> new RefreshTokenFile(path()).read());

        assertThat(refused)
                .hasMessage(path() + " is damaged, or none of this program's files")
                .hasNoCause();
        assertThat(path()).hasBinaryContent(content);
    }

    private void write(String value) throws IOException {
        new RefreshTokenFile(path()).write(token(value));
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path());
        }
    }

    private Path path() {
        return directory.resolve("refresh-token");
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
