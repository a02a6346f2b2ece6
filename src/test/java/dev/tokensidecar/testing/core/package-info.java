/** Fakes for the ports of the core: an authorization server, a store and a listener. */
@NullMarked
package dev.tokensidecar.testing.core;

import org.jspecify.annotations.NullMarked;
