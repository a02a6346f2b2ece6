package dev.tokensidecar.egress;

/** What becomes of a header field of a response that continues on the next line (obs-fold, RFC 9112 section 5.2). */
public enum FoldedFields {
    /** It becomes one line, as the RFC requires of a user agent. Netty takes quadratic time for that: for short heads. */
    JOINED,
    /** The response is invalid, as the RFC allows a gateway to say. */
    REFUSED
}
