/**
 * Wires the sidecar together: creates clocks, executors and adapters, starts them and stops them. The only package that
 * depends on all the others.
 */
@NullMarked
package dev.tokensidecar.app;

import org.jspecify.annotations.NullMarked;
