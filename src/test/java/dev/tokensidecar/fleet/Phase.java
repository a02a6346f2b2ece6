package dev.tokensidecar.fleet;

/** How far an operation has come. */
enum Phase {
    /** The request is about to leave the sidecar. */
    SENT,
    /** The server has acted on it, and the reply is about to leave. */
    SERVED,
    /** The reply has arrived, and the sidecar has not seen it yet. */
    ANSWERED
}
