/**
 * Where the refresh token is kept, and the access token is left for those who read files. Imports {@code token}, the JDK and Jackson.
 */
@NullMarked
package dev.tokensidecar.store;

import org.jspecify.annotations.NullMarked;
