/**
 * The core: which token is current, when it is stale, one refresh at a time, who waits for it.
 * Knows no framework: imports the JDK, Mutiny and JSpecify only, and takes time, chance and executors by constructor.
 */
@NullMarked
package dev.tokensidecar.token;

import org.jspecify.annotations.NullMarked;
