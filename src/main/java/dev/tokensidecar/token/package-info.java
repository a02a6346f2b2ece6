/**
 * The core: decides which token is current and when it is stale, runs one refresh at a time, and lets callers wait for
 * it. Knows no framework: imports the JDK, Mutiny and JSpecify only, and gets clocks, random numbers and executors
 * through constructors.
 */
@NullMarked
package dev.tokensidecar.token;

import org.jspecify.annotations.NullMarked;
