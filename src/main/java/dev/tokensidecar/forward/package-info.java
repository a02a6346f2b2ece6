/**
 * Passes requests on to APIs with the token added, and once more when the API says that the token is over: for
 * applications that know nothing of tokens.
 */
@NullMarked
package dev.tokensidecar.forward;

import org.jspecify.annotations.NullMarked;
