package dev.tokensidecar.store;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoredRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that shares the file of a store with others. {@code SharedFileTest} starts it. */
final class SharingProcess {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final FileStore store;
    private final String run;
    private int conflicts;

    private SharingProcess(Path file, String run) {
        InstantSource clock = InstantSource.fixed(NOW);
        this.store = new FileStore(file, null, new SeedFile(null, clock), clock, Runnable::run);
        this.run = run;
    }

    /**
     * Saves new refresh tokens one after the other, then prints how often another process was faster. Without a number of
     * saves, claims a request, prints {@code claimed} and does nothing any more.
     *
     * @param arguments the file, the run of this process, and the number of saves
     */
    public static void main(String[] arguments) throws InterruptedException {
        SharingProcess process = new SharingProcess(Path.of(arguments[0]), arguments[1]);
        int saves = Integer.parseInt(arguments[2]);
        for (int save = 1; save <= saves; save++) {
            process.save(save);
        }
        if (saves > 0) {
            System.out.printf("conflicts=%d%n", process.conflicts);
        } else {
            process.claim();
            System.out.println("claimed");
            new CountDownLatch(1).await();
        }
    }

    private void save(int number) {
        while (true) {
            StoredRecord found = store.read().await().indefinitely();
            SessionRecord before = found.record();
            RefreshToken next = new RefreshToken(Secret.of(run + "-" + number), NOW, null);
            SessionRecord record = new SessionRecord(
                    before.generation() + 1, next, before.current(), List.of(), null, null, SharedState.NONE);
            try {
                var unused = store.write(record, found.version()).await().indefinitely();
                return;
            } catch (RecordConflict | StoreFailure anotherProcess) {
                conflicts++;
            }
        }
    }

    private void claim() {
        StoredRecord found = store.read().await().indefinitely();
        SessionRecord record = found.record();
        RefreshToken presented = record.current();
        Claim claim =
                new Claim(new ProcessId(run, run, run), presented == null ? null : presented.hash(), "default", NOW);
        SessionRecord next =
                new SessionRecord(record.generation(), presented, null, List.of(), claim, null, SharedState.NONE);
        var unused = store.write(next, found.version()).await().indefinitely();
    }
}
