/** Child processes, above all the packaged sidecar, and what they use of memory, threads and files. */
@NullMarked
package dev.tokensidecar.testing.process;

import org.jspecify.annotations.NullMarked;
