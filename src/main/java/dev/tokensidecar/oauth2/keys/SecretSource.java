package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.util.List;

/** Reads a secret. Called for each use, so that a rotated secret takes effect without a restart. */
@FunctionalInterface
public interface SecretSource {

    /**
     * Returns the current secret; during a rotation the new one, then the old one. May block.
     *
     * @return at least one
     * @throws RefreshFailure.Misconfigured if it cannot be read; the message says what to do
     */
    List<Secret> read();
}
