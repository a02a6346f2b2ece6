package dev.tokensidecar.forward;

import io.vertx.core.Future;

/**
 * Has the connections of a route present the newest client certificate. An access token may be bound to the certificate with
 * which it was obtained (RFC 8705 section 3), and a renewed certificate comes with other tokens.
 */
@FunctionalInterface
public interface CertificateRenewal {

    /** For a route without a client certificate. */
    CertificateRenewal NONE = Future::succeededFuture;

    /** Completes, in any case, when the next request opens a new connection with the newest certificate. */
    Future<Void> renew();
}
