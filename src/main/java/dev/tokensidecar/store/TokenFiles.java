package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoreContents;
import dev.tokensidecar.token.TokenHash;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The three files of a store and the rules between them: the newest refresh token, the one before it until the newest was
 * used once, and the note of an attempt. Not thread-safe.
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

    /** What is in the file, or what is left where that is spoilt. */
    private record SavedTokens(
            @Nullable StoredToken current,
            @Nullable StoredToken previous,
            @Nullable StoreFailure trouble) {

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
        Seed found = seed();
        seedRead = found.token() == null ? null : found.token().hash();
        SavedTokens kept = kept();
        if (kept.isEmpty() && found.trouble() != null) {
            throw found.trouble();
        }
        RefreshToken fresh = seen(kept.seenSeeds()) ? null : found.token();
        Optional<AttemptFile.RecordedAttempt> unfinished = loadedBefore ? Optional.empty() : unfinished(fresh, kept.current());
        inDoubt = unfinished.map(AttemptFile.RecordedAttempt::presented).orElse(inDoubt);
        if (!loadedBefore) {
            current.sweep(clock.instant().minus(ABANDONED));
            loadedBefore = true;
        }
        return new StoreContents(
                fresh,
                token(kept.current()),
                token(kept.previous() == null && inDoubt != null ? quietly(previous) : kept.previous()),
                unfinished.map(AttemptFile.RecordedAttempt::at).orElse(null),
                kept.trouble());
    }

    private boolean seen(List<TokenHash> keptSeeds) {
        return seedRead == null || seenSeeds.contains(seedRead) || keptSeeds.contains(seedRead);
    }

    void attempt(RefreshToken presented) {
        if (!isInDoubt(presented)) {
            attempt.begin(presented, clock.instant());
        }
    }

    void save(RefreshToken next) {
        succeeded();
        StoredToken former = quietly(current);
        if (former == null) {
            current.setAside();
        } else if (!former.token().sameValue(next)) {
            previous.replace(format.encode(former));
        }
        write(next, former);
        endAttempt();
    }

    void settle(RefreshToken presented, boolean used) {
        if (used) {
            succeeded();
            keepUsed(presented);
            previous.delete();
            endAttempt();
        } else if (!isInDoubt(presented)) {
            attempt.end();
        }
    }

    /** A seed that was spent is remembered here too: the file cannot tell while it is lost or cannot be written. */
    private void succeeded() {
        if (seedRead != null) {
            seenSeeds.add(seedRead);
        }
    }

    /** A token that works is the one to keep, be it a seed or what was left of a spoilt file. */
    private void keepUsed(RefreshToken presented) {
        StoredToken kept = quietly(current);
        if (kept == null) {
            current.setAside();
        }
        boolean unchanged = kept != null && kept.token().sameValue(presented) && !unseen(kept) && !format.migrating();
        if (!unchanged) {
            write(presented, kept);
        }
    }

    private boolean unseen(StoredToken kept) {
        return seedRead != null && !kept.seenSeeds().contains(seedRead);
    }

    private void write(RefreshToken token, @Nullable StoredToken former) {
        StoredToken next = new StoredToken(token, former == null ? List.of() : former.seenSeeds());
        current.replace(format.encode(seedRead == null ? next : next.having(seedRead)));
        format.migrated();
    }

    private boolean isInDoubt(RefreshToken presented) {
        return inDoubt != null && inDoubt.equals(presented.hash());
    }

    private void endAttempt() {
        inDoubt = null;
        attempt.end();
    }

    private record Seed(@Nullable RefreshToken token, RefreshFailure.@Nullable Misconfigured trouble) {}

    private Seed seed() {
        try {
            return new Seed(seed.read().orElse(null), null);
        } catch (RefreshFailure.Misconfigured e) {
            return new Seed(null, e);
        }
    }

    /** A spoilt file stands in nobody's way while there is the one before; what a person can mend is not passed over. */
    private SavedTokens kept() {
        try {
            StoredToken token = read(current);
            return token == null ? SavedTokens.NOTHING : new SavedTokens(token, null, exposure());
        } catch (StoreFailure spoilt) {
            StoredToken former = quietly(previous);
            boolean passable = spoilt.problem() == StoreProblem.EMPTY
                    || (spoilt.problem() == StoreProblem.DAMAGED && former != null);
            if (!passable) {
                throw spoilt;
            }
            return new SavedTokens(null, former, spoilt);
        }
    }

    private @Nullable StoreFailure exposure() {
        return current.exposed()
                ? new StoreFailure(StoreProblem.EXPOSED, current.path() + " can be read by other users")
                : null;
    }

    /** The attempt of a process that has ended, if what it presented is still what would be presented next. */
    private Optional<AttemptFile.RecordedAttempt> unfinished(@Nullable RefreshToken fresh, @Nullable StoredToken kept) {
        RefreshToken next = fresh == null ? token(kept) : fresh;
        return next == null
                ? Optional.empty()
                : attempt.open().filter(it -> it.presented().equals(next.hash()));
    }

    private @Nullable StoredToken read(AtomicFile file) {
        return file.read()
                .map(content -> format.decode(content, file.path().toString(), seedRead))
                .orElse(null);
    }

    private @Nullable StoredToken quietly(AtomicFile file) {
        try {
            return read(file);
        } catch (StoreFailure spoilt) {
            return null;
        }
    }

    private static @Nullable RefreshToken token(@Nullable StoredToken stored) {
        return stored == null ? null : stored.token();
    }
}
