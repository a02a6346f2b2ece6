package dev.tokensidecar.store;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import dev.tokensidecar.token.TokenHash;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a record in three files: the newest refresh token, the previous one until the newest has been used once, and the
 * request that is under way. Not thread-safe.
 */
final class SessionFiles {

    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final AtomicFile file;
    private final KnownFile current;
    private final KnownFile previous;
    private final KnownFile attempt;
    private final StoreFileFormat format;
    private final SeedFile seed;
    private final InstantSource clock;
    private @Nullable TokenHash seedRead;
    private boolean swept;

    SessionFiles(AtomicFile file, StoreFileFormat format, SeedFile seed, InstantSource clock) {
        this.file = file;
        this.current = new KnownFile(file);
        this.previous = new KnownFile(file.sibling(".previous"));
        this.attempt = new KnownFile(file.sibling(".attempt"));
        this.format = format;
        this.seed = seed;
        this.clock = clock;
    }

    /** The saved token, or the previous one if the file is unusable. */
    private record SavedTokens(
            @Nullable StoredToken current,
            @Nullable StoredToken previous,
            @Nullable StoreFailure failure) {

        static final SavedTokens NOTHING = new SavedTokens(null, null, null);

        boolean isEmpty() {
            return current == null && previous == null;
        }

        long generation() {
            StoredToken newest = newest();
            return newest == null ? 0 : newest.generation();
        }

        List<TokenHash> seenSeeds() {
            StoredToken newest = newest();
            return newest == null ? List.of() : newest.seenSeeds();
        }

        private @Nullable StoredToken newest() {
            return current == null ? previous : current;
        }
    }

    /** Reads the record. The first time, also removes what an ended process has left behind. */
    StoredRecord read() {
        readFiles();
        StoredRecord stored = stored();
        if (!swept) {
            file.sweep(clock.instant().minus(ABANDONED));
            swept = true;
        }
        return stored;
    }

    private void readFiles() {
        current.read();
        previous.read();
        attempt.read();
    }

    private StoredRecord stored() {
        Seed found = readSeed();
        SavedTokens saved = savedTokens();
        if (saved.isEmpty() && found.failure() != null) {
            throw found.failure();
        }
        AttemptFile open = openAttempt(saved.current(), found.token());
        SessionRecord record = new SessionRecord(
                saved.generation(),
                token(saved.current()),
                token(saved.previous()),
                saved.seenSeeds(),
                open == null ? null : open.claim(),
                open == null ? null : open.doubt(),
                SharedState.NONE);
        return new StoredRecord(record, version(), found.token(), saved.failure());
    }

    private record Seed(@Nullable RefreshToken token, RefreshFailure.@Nullable Misconfigured failure) {}

    private Seed readSeed() {
        try {
            RefreshToken found = seed.read().orElse(null);
            seedRead = found == null ? null : found.hash();
            return new Seed(found, null);
        } catch (RefreshFailure.Misconfigured e) {
            seedRead = null;
            return new Seed(null, e);
        }
    }

    /**
     * Tolerates an empty file, and a damaged one if the previous token is there. A person must repair anything else. Whoever
     * deletes the file starts again from the seed.
     */
    private SavedTokens savedTokens() {
        try {
            StoredToken token = decoded(current);
            return token == null ? SavedTokens.NOTHING : new SavedTokens(token, decodedOrNull(previous), exposure());
        } catch (StoreFailure failure) {
            StoredToken fallback = decodedOrNull(previous);
            boolean recoverable = failure.problem() == StoreProblem.EMPTY
                    || (failure.problem() == StoreProblem.DAMAGED && fallback != null);
            if (!recoverable) {
                throw failure;
            }
            return new SavedTokens(null, fallback, failure);
        }
    }

    private @Nullable StoreFailure exposure() {
        return file.exposed()
                ? new StoreFailure(StoreProblem.EXPOSED, file.path() + " can be read by other users")
                : null;
    }

    private @Nullable AttemptFile openAttempt(@Nullable StoredToken saved, @Nullable RefreshToken seed) {
        AttemptFile found = decodedAttempt();
        boolean obsolete = found != null && saved != null && found.isObsolete(saved, seed);
        return obsolete ? null : found;
    }

    /**
     * Writes what is new in the record, in an order that leaves a readable record after each step. Replaces a record that
     * nobody can read, whatever the version, and keeps its file.
     *
     * @param version the version to replace
     * @param beforeClaim runs before a new claim is written
     * @return the new version
     * @throws RecordConflict if the files have another version
     */
    String write(SessionRecord next, String version, Consumer<Claim> beforeClaim) {
        readFiles();
        if (!version.equals(version()) && isReadable()) {
            throw new RecordConflict();
        }
        RefreshToken token = next.current();
        if (token != null) {
            writeTokens(new StoredToken(token, next.generation(), next.seenSeeds()), next);
        }
        writeAttempt(AttemptFile.of(next), beforeClaim);
        return version();
    }

    private boolean isReadable() {
        try {
            var unused = stored();
            return true;
        } catch (StoreFailure | RefreshFailure.Misconfigured unreadable) {
            return false;
        }
    }

    private void writeTokens(StoredToken newest, SessionRecord next) {
        StoredToken saved = decodedOrNull(current);
        RefreshToken before = next.previous();
        boolean sealing = format.migrating() && next.claim() == null;
        boolean changed = saved == null || !saved.isUpToDate(newest) || sealing;
        byte[] content = changed ? format.encode(newest) : new byte[0];
        if (before != null && (sealing || !before.sameValue(token(decodedOrNull(previous))))) {
            previous.replace(format.encode(predecessor(before, saved, newest)));
        }
        if (changed) {
            replaceCurrent(content, saved != null);
        }
        if (before == null && (changed || decodedOrNull(previous) != null)) {
            previous.delete();
        }
    }

    /** Returns the content for the previous token: what was saved with it, if it was saved. */
    private static StoredToken predecessor(RefreshToken before, @Nullable StoredToken saved, StoredToken newest) {
        return saved != null && saved.token().sameValue(before)
                ? saved
                : new StoredToken(before, Math.max(0, newest.generation() - 1), newest.seenSeeds());
    }

    private void replaceCurrent(byte[] content, boolean readable) {
        if (!readable && !current.isMissing()) {
            current.setAside();
        }
        current.replace(content);
        format.migrated();
    }

    private void writeAttempt(@Nullable AttemptFile next, Consumer<Claim> beforeClaim) {
        if (next == null) {
            attempt.delete();
            return;
        }
        AttemptFile found = decodedAttempt();
        if (next.equals(found)) {
            return;
        }
        Claim claim = next.claim();
        if (claim != null && (found == null || !claim.equals(found.claim()))) {
            beforeClaim.accept(claim);
        }
        attempt.replace(next.encode());
    }

    private @Nullable StoredToken decoded(KnownFile known) {
        return known.content()
                .map(content -> format.decode(content, known.name(), seedRead))
                .orElse(null);
    }

    private @Nullable StoredToken decodedOrNull(KnownFile known) {
        try {
            return decoded(known);
        } catch (StoreFailure failure) {
            return null;
        }
    }

    private @Nullable AttemptFile decodedAttempt() {
        try {
            return attempt.content().map(AttemptFile::decode).orElse(null);
        } catch (StoreFailure failure) {
            return null;
        }
    }

    private static @Nullable RefreshToken token(@Nullable StoredToken stored) {
        return stored == null ? null : stored.token();
    }

    private String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List.of(current, previous, attempt).forEach(known -> known.addTo(digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
