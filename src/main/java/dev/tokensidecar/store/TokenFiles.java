package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.StoreContents;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenHash;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The three files of a store and the rules between them: the newest refresh token, the previous one until the newest has
 * been used once, and the record of an attempt. Not thread-safe.
 */
final class TokenFiles {

    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final AtomicFile current;
    private final AtomicFile previous;
    private final AttemptFile attempt;
    private final StoreFileFormat format;
    private final SeedFile seed;
    private final InstantSource clock;
    private final Set<TokenHash> seenSeeds = new HashSet<>();
    private @Nullable TokenHash seedRead;
    private @Nullable TokenHash inDoubt;
    private boolean loadedBefore;

    TokenFiles(AtomicFile current, StoreFileFormat format, SeedFile seed, InstantSource clock) {
        this.current = current;
        this.previous = current.sibling(".previous");
        this.attempt = new AttemptFile(current.sibling(".attempt"));
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

        List<TokenHash> seenSeeds() {
            StoredToken newest = current == null ? previous : current;
            return newest == null ? List.of() : newest.seenSeeds();
        }

        boolean isEmpty() {
            return current == null && previous == null;
        }
    }

    StoreContents load() {
        Seed currentSeed = readSeed();
        seedRead = currentSeed.token() == null ? null : currentSeed.token().hash();
        SavedTokens saved = savedTokens();
        if (saved.isEmpty() && currentSeed.failure() != null) {
            throw currentSeed.failure();
        }
        RefreshToken fresh = isSeen(saved.seenSeeds()) ? null : currentSeed.token();
        Optional<AttemptFile.RecordedAttempt> unfinished =
                loadedBefore ? Optional.empty() : unfinished(fresh, saved.current());
        inDoubt = unfinished.map(AttemptFile.RecordedAttempt::presented).orElse(inDoubt);
        if (!loadedBefore) {
            current.sweep(clock.instant().minus(ABANDONED));
            loadedBefore = true;
        }
        return new StoreContents(
                fresh,
                token(saved.current()),
                token(saved.previous() == null && inDoubt != null ? readOrNull(previous) : saved.previous()),
                unfinished.map(AttemptFile.RecordedAttempt::at).orElse(null),
                saved.failure());
    }

    private boolean isSeen(List<TokenHash> savedSeeds) {
        return seedRead == null || seenSeeds.contains(seedRead) || savedSeeds.contains(seedRead);
    }

    void attempt(RefreshToken presented) {
        if (!isInDoubt(presented)) {
            attempt.begin(presented, clock.instant());
        }
    }

    void save(RefreshToken next) {
        markSeedSeen();
        StoredToken onDisk = readOrNull(current);
        if (onDisk == null) {
            current.setAside();
        } else if (!onDisk.token().sameValue(next)) {
            previous.replace(format.encode(onDisk));
        }
        write(next, onDisk);
        endAttempt();
    }

    void settle(RefreshToken presented, boolean used) {
        if (used) {
            markSeedSeen();
            saveUsed(presented);
            previous.delete();
            endAttempt();
        } else if (!isInDoubt(presented)) {
            attempt.end();
        }
    }

    /** Remembers the seen seed in memory too: the file cannot do so while it is lost or unwritable. */
    private void markSeedSeen() {
        if (seedRead != null) {
            seenSeeds.add(seedRead);
        }
    }

    /** Keeps the token that works, even if it is a seed or comes from the previous file. */
    private void saveUsed(RefreshToken presented) {
        StoredToken saved = readOrNull(current);
        if (saved == null) {
            current.setAside();
        }
        boolean unchanged =
                saved != null && saved.token().sameValue(presented) && !isUnseen(saved) && !format.migrating();
        if (!unchanged) {
            write(presented, saved);
        }
    }

    private boolean isUnseen(StoredToken saved) {
        return seedRead != null && !saved.seenSeeds().contains(seedRead);
    }

    private void write(RefreshToken token, @Nullable StoredToken onDisk) {
        StoredToken next = new StoredToken(token, onDisk == null ? List.of() : onDisk.seenSeeds());
        current.replace(format.encode(seedRead == null ? next : next.withSeenSeed(seedRead)));
        format.migrated();
    }

    private boolean isInDoubt(RefreshToken presented) {
        return inDoubt != null && inDoubt.equals(presented.hash());
    }

    private void endAttempt() {
        inDoubt = null;
        attempt.end();
    }

    private record Seed(@Nullable RefreshToken token, RefreshFailure.@Nullable Misconfigured failure) {}

    private Seed readSeed() {
        try {
            return new Seed(seed.read().orElse(null), null);
        } catch (RefreshFailure.Misconfigured e) {
            return new Seed(null, e);
        }
    }

    /** Tolerates an empty file, and a damaged one if the previous token is there. A person must repair anything else. */
    private SavedTokens savedTokens() {
        try {
            StoredToken token = read(current);
            return token == null ? SavedTokens.NOTHING : new SavedTokens(token, null, exposure());
        } catch (StoreFailure failure) {
            StoredToken fallback = readOrNull(previous);
            boolean recoverable = failure.problem() == StoreProblem.EMPTY
                    || (failure.problem() == StoreProblem.DAMAGED && fallback != null);
            if (!recoverable) {
                throw failure;
            }
            return new SavedTokens(null, fallback, failure);
        }
    }

    private @Nullable StoreFailure exposure() {
        return current.exposed()
                ? new StoreFailure(StoreProblem.EXPOSED, current.path() + " can be read by other users")
                : null;
    }

    /** Returns the attempt of an ended process if the token it presented is still the next one to present. */
    private Optional<AttemptFile.RecordedAttempt> unfinished(
            @Nullable RefreshToken fresh, @Nullable StoredToken saved) {
        RefreshToken next = fresh == null ? token(saved) : fresh;
        return next == null
                ? Optional.empty()
                : attempt.open().filter(it -> it.presented().equals(next.hash()));
    }

    private @Nullable StoredToken read(AtomicFile file) {
        return file.read()
                .map(content -> format.decode(content, file.path().toString(), seedRead))
                .orElse(null);
    }

    private @Nullable StoredToken readOrNull(AtomicFile file) {
        try {
            return read(file);
        } catch (StoreFailure failure) {
            return null;
        }
    }

    private static @Nullable RefreshToken token(@Nullable StoredToken stored) {
        return stored == null ? null : stored.token();
    }
}
