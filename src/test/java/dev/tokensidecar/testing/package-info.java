/** Helpers that several packages of tests share; each subpackage has one purpose. */
@NullMarked
package dev.tokensidecar.testing;

import org.jspecify.annotations.NullMarked;
