/** Threads that repeat a task, or race each other. */
@NullMarked
package dev.tokensidecar.testing.concurrent;

import org.jspecify.annotations.NullMarked;
