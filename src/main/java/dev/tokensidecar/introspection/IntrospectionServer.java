package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;

/** Port to the introspection endpoint of a server (RFC 7662). */
@FunctionalInterface
public interface IntrospectionServer {

    /** The error of a server that rejects the request because of the token in it. */
    String TOKEN_REJECTED = "token_rejected";

    /** Whether the server rejected the request because of the token in it: no other token is affected. */
    static boolean isRejection(Throwable failure) {
        return failure instanceof RefreshFailure rejection && rejection.error().equals(TOKEN_REJECTED);
    }

    /**
     * Sends one request.
     *
     * @return the response of the server, with a boolean {@code active}; or a {@link RefreshFailure}
     */
    Uni<ObjectNode> introspect(Secret token);
}
