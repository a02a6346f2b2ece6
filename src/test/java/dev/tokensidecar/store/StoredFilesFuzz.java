package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fuzzes the files that a process finds: the refresh token file, the previous one, the record of an attempt, and the seed,
 * separated by a line of dashes. Whatever they contain, what is claimed and saved afterwards is found again.
 */
public final class StoredFilesFuzz {

    private static final String SEPARATOR = "\n---\n";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final RefreshToken TOKEN = new RefreshToken(Secret.of("the-next"), NOW, null);
    private static final SessionRecord NEXT =
            new SessionRecord(Long.MAX_VALUE, TOKEN, null, List.of(TOKEN.hash()), null, null, SharedState.NONE);
    private static final Claim CLAIM =
            new Claim(new ProcessId("fuzzer", "fuzzer", "run"), TOKEN.hash(), "default", NOW);
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
        SessionFiles files = files();
        StoredRecord found = read(files);
        String version = found == null ? "" : found.version();
        SessionRecord record = found == null ? SessionRecord.EMPTY : found.record();

        String claimed = files.write(with(CLAIM, record), version, claim -> {});
        StoredRecord whileClaimed = read(files());
        if (found != null) {
            assertThat(Objects.requireNonNull(whileClaimed)).satisfies(stored -> {
                assertThat(stored.version()).isEqualTo(claimed);
                assertThat(stored.record()).isEqualTo(with(CLAIM, record));
            });
        }
        String saved = files.write(NEXT, claimed, claim -> {});
        assertThat(files().read()).satisfies(stored -> {
            assertThat(stored.version()).isEqualTo(saved);
            assertThat(stored.record()).isEqualTo(NEXT);
            assertThat(stored.failure()).isNull();
        });
    }

    private static SessionRecord with(Claim claim, SessionRecord record) {
        return new SessionRecord(
                record.generation(),
                record.current(),
                record.previous(),
                record.seenSeeds(),
                claim,
                record.doubt(),
                SharedState.NONE);
    }

    /** Returns null if nobody can read the record. */
    private static @Nullable StoredRecord read(SessionFiles files) {
        try {
            return files.read();
        } catch (StoreFailure | RefreshFailure.Misconfigured failure) {
            assertThat(failure).hasNoCause();
            return null;
        }
    }

    private static SessionFiles files() {
        return new SessionFiles(
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
