/** The packaged application over a long time, and everything it tells; see {@code CONTRIBUTING.md} for how to run it. */
@NullMarked
package dev.tokensidecar.soak;

import org.jspecify.annotations.NullMarked;

