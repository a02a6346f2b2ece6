/** Captures and parses log lines, and searches them for secrets. */
@NullMarked
package dev.tokensidecar.testing.log;

import org.jspecify.annotations.NullMarked;
