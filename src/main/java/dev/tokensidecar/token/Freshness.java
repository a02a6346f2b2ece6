package dev.tokensidecar.token;

/** How much of an access token's lifetime is left. Derived from the clocks each time, never stored. */
public enum Freshness {
    /** There is no access token. */
    NONE,
    /** Callers get it, and no refresh is due. */
    FRESH,
    /** Callers get it, and a refresh is due. */
    DUE,
    /** Callers do not get it any more. */
    EXPIRED;

    /** Whether a caller may get the token. */
    public boolean usable() {
        return this == FRESH || this == DUE;
    }
}
