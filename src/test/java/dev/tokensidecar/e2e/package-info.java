/** The packaged application with real authorization servers: {@code ./mvnw verify -Dsuite=e2e}. */
@NullMarked
package dev.tokensidecar.e2e;

import org.jspecify.annotations.NullMarked;
