package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileRaceTest {

    private static final int REPLACEMENTS = 3000;

    @TempDir
    Path directory;

    @Test
    void aReaderNeverSeesPartialContent() throws Exception {
        Path path = directory.resolve("refresh-token");
        AtomicFile file = new AtomicFile(path);
        List<String> both = List.of("a".repeat(16), "b".repeat(50_000));
        file.replace(both.getFirst().getBytes(UTF_8));
        AtomicBoolean finished = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> reads(path, finished, both));

        for (int i = 0; i < REPLACEMENTS && !reader.isDone(); i++) {
            file.replace(both.get(i % 2).getBytes(UTF_8));
        }
        finished.set(true);

        assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    /** Returns how often a complete content was read; fails on any other content. */
    private static int reads(Path path, AtomicBoolean finished, List<String> expected) {
        AtomicFile file = new AtomicFile(path);
        int reads = 0;
        for (; reads == 0 || !finished.get(); reads++) {
            assertThat(expected).contains(new String(file.read().orElseThrow(), UTF_8));
        }
        return reads;
    }
}
