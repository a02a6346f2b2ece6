/** Suite {@code kubernetes}: many sidecars share one session through a real API server, while everything fails that can. */
@NullMarked
package dev.tokensidecar.kubernetes.fleet;

import org.jspecify.annotations.NullMarked;
