package dev.tokensidecar.token;

import java.util.Locale;

/** Why a refresh was started: a label of the refresh metrics. */
public enum RefreshReason {
    /** The first token after the start of the process. */
    STARTUP,
    /** The token is still served and expires soon. */
    AHEAD_OF_EXPIRY,
    /** The token expired before a new one was obtained. */
    EXPIRED,
    /** A caller needs a longer remaining lifetime. */
    MIN_TTL,
    /** A caller reported that an API rejected the token. */
    REJECTED,
    /** The refresh token itself would expire unused. */
    KEEP_ALIVE,
    /** A probe whether the server accepts a rejected refresh token again. */
    PROBE;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
