package dev.tokensidecar.introspection;

import io.smallrye.mutiny.Uni;

/** Port to the server that publishes the keys of an issuer. */
@FunctionalInterface
public interface KeySetSource {

    /** Fetches the JWK set (RFC 7517 section 5). Fails with a {@link dev.tokensidecar.token.RefreshFailure}. */
    Uni<String> fetch();

    /** What was fetched last has no key: the next fetch finds out anew where the keys are. */
    default void unusable() {}
}
