/** A real browser. */
@NullMarked
package dev.tokensidecar.testing.browser;

import org.jspecify.annotations.NullMarked;
