/** The packaged application, killed again and again; see {@code CONTRIBUTING.md} for how to run it. */
@NullMarked
package dev.tokensidecar.kill;

import org.jspecify.annotations.NullMarked;

