package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Fuzzes what a process finds on its disk: the refresh token file, the one before it, the note of an attempt and the
 * seed, with a line of dashes between them. Whatever that is, a refresh token that is saved now is found afterwards.
 */
public final class StoredFilesFuzz {

    private static final String BETWEEN = "\n---\n";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final RefreshToken NEXT = new RefreshToken(Secret.of("the-next"), NOW, null);
    private static final Path DIRECTORY = directory();
    private static final Path CURRENT = DIRECTORY.resolve("token");
    private static final Path SEED = DIRECTORY.resolve("seed");
    private static final List<Path> FILES =
            List.of(CURRENT, DIRECTORY.resolve("token.previous"), DIRECTORY.resolve("token.attempt"), SEED);

    static {
        DIRECTORY.toFile().deleteOnExit();
        DIRECTORY.resolve("token.damaged").toFile().deleteOnExit();
        FILES.forEach(file -> file.toFile().deleteOnExit());
    }

    private StoredFilesFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        write(new String(input, StandardCharsets.ISO_8859_1).split(BETWEEN, FILES.size()));
        TokenFiles files = files();
        load(files);
        files.save(NEXT);
        assertThat(files().load()).satisfies(stored -> {
            assertThat(NEXT.sameValue(stored.current())).isTrue();
            assertThat(stored.fresh()).isNull();
            assertThat(stored.attemptedAt()).isNull();
            assertThat(stored.failure()).isNull();
        });
    }

    private static void load(TokenFiles files) {
        try {
            StoreContents stored = files.load();
            assertThat(stored.previous() == null || stored.current() == null || stored.attemptedAt() != null)
                    .as("the token before is offered in doubt only")
                    .isTrue();
        } catch (StoreFailure | RefreshFailure.Misconfigured told) {
            assertThat(told).hasNoCause();
        }
    }

    private static TokenFiles files() {
        return new TokenFiles(
                new AtomicFile(CURRENT), new StoreFileFormat(null, CURRENT), new SeedFile(SEED, CLOCK), CLOCK);
    }

    private static void write(String[] contents) {
        try {
            for (int i = 0; i < FILES.size(); i++) {
                if (i < contents.length) {
                    Files.write(FILES.get(i), contents[i].getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    Files.deleteIfExists(FILES.get(i));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("StoredFilesFuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
