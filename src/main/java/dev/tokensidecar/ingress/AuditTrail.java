package dev.tokensidecar.ingress;

import io.vertx.core.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Hears who gets a token, and who gets none: the port of the audit trail. Called on the event loop of the caller; returns
 * quickly, and never blocks or throws.
 */
public interface AuditTrail {

    /** Ignores everything. */
    AuditTrail OFF = new AuditTrail() {};

    /** A caller is about to get a response: as long as it waits, the kernel knows who it is. */
    default void identify(HttpConnection caller) {}

    /**
     * A caller gets a token.
     *
     * @param token the configured name
     * @param generation counts the tokens of this name; 0 for one on behalf of a user
     */
    default void handedOut(HttpConnection caller, String token, long generation) {}

    /**
     * A caller gets no token.
     *
     * @param token the configured name; null if the caller has named none that it may ask for
     * @param why an error code; not text from a caller
     */
    default void refused(HttpConnection caller, @Nullable String token, String why) {}

    /** Ends the trail. Nobody gets anything afterwards. May block. */
    default void close() {}
}
