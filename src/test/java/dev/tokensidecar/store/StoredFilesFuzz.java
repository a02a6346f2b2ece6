package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreContents;
import dev.tokensidecar.token.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Fuzzes the files that a process finds: the refresh token file, the previous one, the record of an attempt, and the seed,
 * separated by a line of dashes. Whatever they contain, a token saved afterwards is found again.
 */
public final class StoredFilesFuzz {

    private static final String SEPARATOR = "\n---\n";
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

    /** The fuzzer's entry point. */
    public static void fuzzerTestOneInput(byte[] input) {
        write(new String(input, StandardCharsets.ISO_8859_1).split(SEPARATOR, FILES.size()));
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
                    .as("the previous token is offered only in doubt")
                    .isTrue();
        } catch (StoreFailure | RefreshFailure.Misconfigured failure) {
            assertThat(failure).hasNoCause();
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
