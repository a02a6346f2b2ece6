/** Kills the packaged application again and again; {@code CONTRIBUTING.md} has the commands. */
@NullMarked
package dev.tokensidecar.kill;

import org.jspecify.annotations.NullMarked;
