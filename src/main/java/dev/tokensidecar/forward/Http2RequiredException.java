package dev.tokensidecar.forward;

/** Thrown when a gRPC call gets a connection that speaks HTTP/1.1. Nothing has been sent. */
final class Http2RequiredException extends Exception {

    private static final long serialVersionUID = 1L;

    Http2RequiredException() {
        super("gRPC needs HTTP/2", null, false, false);
    }
}
