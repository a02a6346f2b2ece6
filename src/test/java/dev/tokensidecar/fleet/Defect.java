package dev.tokensidecar.fleet;

import org.jspecify.annotations.Nullable;

/** A rule that is taken out on purpose, so that the simulation can show that it notices. */
enum Defect {
    /** Nothing is taken out. */
    NONE(null),
    /** The store ignores the version that a write names. */
    VERSION_UNCHECKED(Rule.GENERATION_GROWS),
    /** The version changes with the refresh token only. */
    VERSION_REUSED(Rule.PRESENTED_ONCE),
    /** A read returns an older record as the current one. */
    STALE_READS(Rule.PRESENTED_ONCE),
    /** A claim is acknowledged and not written. */
    CLAIM_NOT_WRITTEN(Rule.CLAIM_HELD),
    /** A process that cannot write its claim goes on without one. */
    CLAIM_NOT_REQUIRED(Rule.CLAIM_HELD),
    /** A claim of another process is taken over at once. */
    NO_PATIENCE(Rule.PRESENTED_ONCE),
    /** The clocks of one member run three times as fast. */
    FAST_CLOCK(Rule.PRESENTED_ONCE),
    /** A process does not notice that it was paused. */
    PAUSE_UNNOTICED(Rule.CLAIM_HELD),
    /** A new refresh token is acknowledged and not written. */
    RESULT_NOT_WRITTEN(Rule.SERVES),
    /** The record is written with the generation before. */
    GENERATION_FALLS(Rule.GENERATION_GROWS),
    /** A change brings an older access token as the newest. */
    OLDER_TOKEN_AS_NEWEST(Rule.NEWER_TOKENS_ONLY),
    /** The clock of the store is believed to be a minute behind. */
    STORE_CLOCK_BEHIND(Rule.UNEXPIRED),
    /** Nobody sees the access tokens of others. */
    TOKENS_NOT_SHARED(Rule.ONE_REQUEST_PER_TOKEN),
    /** Nobody sees which refresh tokens were rejected. */
    REJECTIONS_NOT_SHARED(Rule.REJECTED_ONCE),
    /** Nobody sees a new seed. */
    SEED_HIDDEN(Rule.RECOVERS),
    /** A process that waits reads the record without a pause. */
    POLLS_AT_ONCE(Rule.FEW_CALLS);

    private final @Nullable Rule broken;

    /** @param broken the rule that must be seen to fail */
    Defect(@Nullable Rule broken) {
        this.broken = broken;
    }

    @Nullable Rule broken() {
        return broken;
    }
}
