/** Clocks that tests move. */
@NullMarked
package dev.tokensidecar.testing.time;

import org.jspecify.annotations.NullMarked;
