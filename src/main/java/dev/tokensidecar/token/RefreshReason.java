package dev.tokensidecar.token;

import java.util.Locale;

/** Why a refresh was started: a label of the refresh metrics. */
public enum RefreshReason {
    /** The first token after the start of the process. */
    STARTUP,
    /** The token is still served and will end soon. */
    AHEAD_OF_EXPIRY,
    /** The token was over before a new one was there. */
    EXPIRED,
    /** A caller needs a longer remaining life. */
    MIN_TTL,
    /** A caller reported that an API rejected the token. */
    REJECTED,
    /** The refresh token itself would end for want of use. */
    KEEP_ALIVE,
    /** A look whether a dead refresh token is alive again. */
    PROBE;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
