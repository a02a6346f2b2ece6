/** The application inside a Quarkus test, with the demo authorization server. */
@NullMarked
package dev.tokensidecar.testing.quarkus;

import org.jspecify.annotations.NullMarked;
