package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;

/** Port to the introspection endpoint of a server (RFC 7662). */
@FunctionalInterface
public interface IntrospectionServer {

    /**
     * Sends one request.
     *
     * @return the response of the server, with a boolean {@code active}; or a {@link
     *     dev.tokensidecar.token.RefreshFailure}
     */
    Uni<ObjectNode> introspect(Secret token);
}
