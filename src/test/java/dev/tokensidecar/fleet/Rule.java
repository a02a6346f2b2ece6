package dev.tokensidecar.fleet;

/** What must be true in every run. */
enum Rule {
    PRESENTED_ONCE("a refresh token that was spent is presented again, although the response of its holder counts"),
    CLAIM_HELD("a refresh token is presented without its claim in the record, or too long after the claim"),
    GENERATION_GROWS("a record replaces one with a higher generation"),
    NEWER_TOKENS_ONLY("a sidecar publishes an access token that is older than the one it has, of the same login"),
    UNEXPIRED("a sidecar serves an access token that the authorization server considers expired"),
    RECOVERS(
            "the faults are over, and a sidecar has no token although the session is alive, or does not say it is dead"),
    ONE_REQUEST_PER_TOKEN("nothing goes wrong, and an access token is renewed before it is due"),
    SERVES("nothing goes wrong, and a caller gets no token"),
    REJECTED_ONCE("network and servers work, and a rejected refresh token is presented again before a probe is due"),
    FEW_CALLS("a sidecar calls the store too often");

    private final String sentence;

    Rule(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String toString() {
        return name() + ": " + sentence;
    }
}
