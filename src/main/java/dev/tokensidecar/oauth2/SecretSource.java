package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.util.List;

/** A place to read a secret from. Asked at each use, so that a rotated secret works without a restart. */
@FunctionalInterface
public interface SecretSource {

    /**
     * The secret as it is now; during a rotation the new one and then the old one. May block.
     *
     * @return at least one
     * @throws RefreshFailure.Misconfigured if there is none, with words on what to do
     */
    List<Secret> read();
}
