package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private Path seed;
    private MemoryStore store;

    @BeforeEach
    void makeStore() throws IOException {
        seed = Files.writeString(directory.resolve("seed"), "seed\n");
        store = new MemoryStore(new SeedFile(seed, InstantSource.fixed(NOW)));
    }

    @Test
    void keepsTheRecordAndReadsTheSeedEachTime() throws IOException {
        assertThat(read().record()).isEqualTo(SessionRecord.EMPTY);
        assertThat(read().seed()).isEqualTo(token("seed"));

        String version = write(record("one"), read().version());
        Files.writeString(seed, "new");

        assertThat(read()).isEqualTo(new StoredRecord(record("one"), version, token("new"), null));
        assertThat(store.durable()).isFalse();
    }

    @Test
    void onlyTheNewestVersionIsReplaced() {
        String empty = read().version();
        String first = write(record("one"), empty);
        assertThat(write(record("two"), first)).isNotIn(empty, first);

        assertThatThrownBy(() -> write(record("three"), first)).isInstanceOf(RecordConflict.class);
        assertThat(read().record()).isEqualTo(record("two"));
    }

    @Test
    void anUnreadableSeedMattersOnlyWithoutAToken() throws IOException {
        String empty = read().version();
        Files.delete(seed);
        Files.createDirectory(seed);
        assertThatThrownBy(this::read).isInstanceOf(Misconfigured.class);

        String version = write(record("one"), empty);

        assertThat(read()).isEqualTo(new StoredRecord(record("one"), version, null, null));
    }

    private StoredRecord read() {
        return store.read().await().indefinitely();
    }

    private String write(SessionRecord next, String version) {
        return store.write(next, version).await().indefinitely();
    }

    private static SessionRecord record(String current) {
        return new SessionRecord(1, token(current), null, List.of(), null, null, SharedState.NONE);
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
