/**
 * Stores the refresh token, and writes the access token to a file for programs that read files. Imports {@code token}, the
 * JDK and Jackson.
 */
@NullMarked
package dev.tokensidecar.store;

import org.jspecify.annotations.NullMarked;
