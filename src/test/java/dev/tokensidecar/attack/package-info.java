/** Attacks on the packaged application over its connections; {@code CONTRIBUTING.md} says how to run them. */
@NullMarked
package dev.tokensidecar.attack;

import org.jspecify.annotations.NullMarked;
