package dev.tokensidecar.cli;

import dev.tokensidecar.token.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A credential that the sidecar has served.
 *
 * @param value the access token, or the value of another field
 * @param expiresAt when the access token expires; null if the sidecar does not say
 */
record Credential(Secret value, @Nullable Instant expiresAt) {}
