/** Clients and parsers for raw HTTP, and a client that records every response. */
@NullMarked
package dev.tokensidecar.testing.http;

import org.jspecify.annotations.NullMarked;
