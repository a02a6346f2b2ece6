/** What others can do to the packaged application over its connections; see {@code CONTRIBUTING.md} for how to run it. */
@NullMarked
package dev.tokensidecar.attack;

import org.jspecify.annotations.NullMarked;
