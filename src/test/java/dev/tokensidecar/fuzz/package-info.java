/** What strangers send, made up by a fuzzer; see {@code CONTRIBUTING.md} for how to run it. */
@NullMarked
package dev.tokensidecar.fuzz;

import org.jspecify.annotations.NullMarked;
