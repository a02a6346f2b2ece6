package dev.tokensidecar.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a check has found: one sentence each, in the order of the search. */
final class CheckFindings {

    private static final Duration SOON = Duration.ofDays(14);

    private final InstantSource clock;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    CheckFindings(InstantSource clock) {
        this.clock = clock;
    }

    void warn(String sentence) {
        warnings.add(sentence);
    }

    void fault(String sentence) {
        faults.add(sentence);
    }

    /** Warns about a certificate that has expired, or is about to. */
    void expiry(String whose, @Nullable Instant expiresAt) {
        if (expiresAt != null && expiresAt.isBefore(clock.instant().plus(SOON))) {
            String verb = expiresAt.isBefore(clock.instant()) ? " expired at " : " expires soon, at ";
            warn(whose + verb + expiresAt + ": renew it");
        }
    }

    List<String> warnings() {
        return warnings;
    }

    List<String> faults() {
        return faults;
    }
}
