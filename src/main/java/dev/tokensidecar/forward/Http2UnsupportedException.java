package dev.tokensidecar.forward;

/** Thrown when an API responds in another protocol to a connection that begins with HTTP/2. Nothing has been sent. */
final class Http2UnsupportedException extends Exception {

    private static final long serialVersionUID = 1L;

    Http2UnsupportedException() {
        super("the API does not speak HTTP/2", null, false, false);
    }
}
