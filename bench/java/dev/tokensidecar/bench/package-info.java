/** Measures the packaged sidecar on the loopback interface; {@code docs/performance.md} has the method. */
@NullMarked
package dev.tokensidecar.bench;

import org.jspecify.annotations.NullMarked;
