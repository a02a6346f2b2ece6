/** Latencies, CPU time, the sidecar's meters, and the file that suites write their figures to. */
@NullMarked
package dev.tokensidecar.testing.measurement;

import org.jspecify.annotations.NullMarked;
