/** A real Keycloak for tests, and a plain client of it. */
@NullMarked
package dev.tokensidecar.testing.keycloak;

import org.jspecify.annotations.NullMarked;
