package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;

/** A place to read a client secret from. Asked at each use, so that a rotated secret works without a restart. */
@FunctionalInterface
public interface SecretSource {

    /**
     * The secret as it is now. May block.
     *
     * @throws RefreshFailure.Misconfigured if there is none, with words on what to do
     */
    Secret read();
}
