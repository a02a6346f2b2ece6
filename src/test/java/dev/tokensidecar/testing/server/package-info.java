/** Servers and proxies that the sidecar talks to in tests. */
@NullMarked
package dev.tokensidecar.testing.server;

import org.jspecify.annotations.NullMarked;
