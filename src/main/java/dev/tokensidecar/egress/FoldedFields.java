package dev.tokensidecar.egress;

/** How a client treats a header field that continues on the next line (obs-fold, RFC 9112 section 5.2). */
public enum FoldedFields {
    /** Joins the lines, as the RFC requires of a user agent. Netty takes quadratic time, so only for short heads. */
    JOINED,
    /** Rejects the response as malformed, as the RFC allows a gateway to do. */
    REJECTED
}
