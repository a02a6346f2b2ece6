package dev.tokensidecar.token;

/** How much of an access token's life is left; derived from the clocks at each look, never stored. */
public enum Freshness {
    /** There is no access token. */
    NONE,
    /** Served, and nothing else to do. */
    FRESH,
    /** Served, and time to renew it. */
    DUE,
    /** Not served any more. */
    EXPIRED;

    /** Whether a caller may get the token. */
    public boolean usable() {
        return this == FRESH || this == DUE;
    }
}
