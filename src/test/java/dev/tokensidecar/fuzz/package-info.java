/** Fuzzes everything that reads input from outside; {@code CONTRIBUTING.md} has the commands. */
@NullMarked
package dev.tokensidecar.fuzz;

import org.jspecify.annotations.NullMarked;
