/**
 * Forwards requests to APIs with a token added, for applications that have no code for tokens. Repeats a request once
 * when the API rejects the token.
 */
@NullMarked
package dev.tokensidecar.forward;

import org.jspecify.annotations.NullMarked;
