/** Benchmarks of the check of tokens. */
@NullMarked
package dev.tokensidecar.introspection;

import org.jspecify.annotations.NullMarked;
