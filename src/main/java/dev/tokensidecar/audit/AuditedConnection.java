package dev.tokensidecar.audit;

import dev.tokensidecar.token.Connection;
import org.jspecify.annotations.Nullable;

/** What the audit trail keeps of a connection: its caller, and the last result, which most requests repeat. */
final class AuditedConnection {

    private final @Nullable Connection ends;
    private volatile CallerIdentity caller;
    private volatile @Nullable Tally last;

    /**
     * @param caller as far as known
     * @param ends tell who the caller is; null if nothing more can be found out
     */
    AuditedConnection(CallerIdentity caller, @Nullable Connection ends) {
        this.caller = caller;
        this.ends = ends;
    }

    CallerIdentity caller() {
        return caller;
    }

    /** Its two ends, if they tell more about the caller; null otherwise. */
    @Nullable Connection unidentified() {
        return caller.user().equals(CallerIdentity.UNKNOWN) ? ends : null;
    }

    void identify(CallerIdentity found) {
        caller = found;
    }

    /** Counts a result that equals the last one. Allocates nothing. Returns false if it differs. */
    boolean repeats(@Nullable String token, long generation, String outcome) {
        Tally tally = last;
        return tally != null && tally.counts(token, generation, outcome) && tally.add(1);
    }

    /** Sets the tally of the last result. */
    void remember(Tally tally) {
        last = tally;
    }
}
