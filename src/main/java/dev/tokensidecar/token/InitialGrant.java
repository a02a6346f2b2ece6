package dev.tokensidecar.token;

/** What an authorization server does for a client that has no valid refresh token. */
public enum InitialGrant {
    /** Nothing: somebody has to log in elsewhere and bring the refresh token. */
    NONE,
    /** Grants tokens to the client itself, for instance by client credentials (RFC 6749 section 4.4). */
    UNATTENDED,
    /** Grants tokens once a person has approved, as with a device code (RFC 8628). */
    ATTENDED
}
