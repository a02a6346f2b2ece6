/** Gives gateways the token that they add to the requests that they forward. */
@NullMarked
package dev.tokensidecar.gateway;

import org.jspecify.annotations.NullMarked;
