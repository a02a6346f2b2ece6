/** Suite {@code kubernetes}: a fleet at a real Keycloak, which ends a session when a refresh token is used twice. */
@NullMarked
package dev.tokensidecar.kubernetes.keycloak;

import org.jspecify.annotations.NullMarked;
