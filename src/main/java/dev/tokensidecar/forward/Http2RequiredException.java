package dev.tokensidecar.forward;

/** Thrown when a gRPC call meets an API that speaks HTTP/1.1 on this connection. Nothing has been sent. */
final class Http2RequiredException extends Exception {

    private static final long serialVersionUID = 1L;

    Http2RequiredException() {
        super("gRPC needs HTTP/2", null, false, false);
    }
}
