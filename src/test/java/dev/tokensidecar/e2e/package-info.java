/** The packaged application against a real Keycloak: {@code ./mvnw verify -Pe2e}. */
@NullMarked
package dev.tokensidecar.e2e;

import org.jspecify.annotations.NullMarked;
