package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreContents;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
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
    void offersTheSeedAndKeepsNothing() {
        assertThat(load()).isEqualTo(fresh("seed"));
        await(store.attempt(token("seed")));
        await(store.save(token("rotated")));

        assertThat(load()).isEqualTo(StoreContents.EMPTY);
        assertThat(store.durable()).isFalse();
        assertThat(seed).hasContent("seed\n");
    }

    @Test
    void aSeedThatWorksUnchangedIsNotOfferedAgain() {
        assertThat(load()).isEqualTo(fresh("seed"));
        await(store.settle(token("seed"), false));
        assertThat(load()).isEqualTo(fresh("seed"));
        await(store.settle(token("seed"), true));

        assertThat(load()).isEqualTo(StoreContents.EMPTY);
    }

    @Test
    void aReplacedSeedIsOffered() throws IOException {
        assertThat(load()).isEqualTo(fresh("seed"));
        await(store.save(token("rotated")));

        Files.writeString(seed, "new");

        assertThat(load()).isEqualTo(fresh("new"));
    }

    private StoreContents load() {
        return store.load().await().indefinitely();
    }

    private static void await(Uni<Void> operation) {
        operation.await().indefinitely();
    }

    private static StoreContents fresh(String value) {
        return new StoreContents(token(value), null, null, null, null);
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }
}
