/**
 * The wiring, and the only room that sees all the others: makes clocks, executors and adapters, starts and stops them.
 */
@NullMarked
package dev.tokensidecar.app;

import org.jspecify.annotations.NullMarked;
